import { expect, it } from 'vitest';
import { matchRole } from './role-souls.rules.ts';
import { toSoulRef } from './souls.rules.ts';

const find = (role: string, ...slugs: string[]) =>
  matchRole(
    slugs.map((slug) => toSoulRef('someone', slug)),
    role,
  )?.slug;

it('finds the soul of a role by its name, its beginning, its middle and by words in common, in that order', () => {
  expect(find('Code Reviewer', 'senior-code-reviewer', 'code-reviewer-strict', 'code-reviewer')).toBe('code-reviewer');
  expect(find('Code Reviewer', 'senior-code-reviewer', 'code-reviewer-strict')).toBe('code-reviewer-strict');
  expect(find('Code Reviewer', 'the-most-senior-code-reviewer', 'senior-code-reviewer')).toBe('senior-code-reviewer');
  expect(find('Reviewer of Code', 'code-quality-reviewer', 'poet')).toBe('code-quality-reviewer');
});

it('finds none for a role that nothing fits, or without letters', () => {
  expect(find('Poet', 'code-reviewer')).toBeUndefined();
  expect(find('!!!', 'code-reviewer')).toBeUndefined();
});
