import { compilePolicy } from '@mission-control/policy/language';
import { expect, it } from 'vitest';
import { templates } from './templates.ts';

it.each(templates)('$title: lint finds no error and every test passes', ({ source }) => {
  const { findings, tests } = compilePolicy(source, { id: 'p', version: 1, now: new Date('2026-01-01T00:00:00Z') });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(tests.length).toBeGreaterThan(1);
  expect(tests.filter(({ ok }) => !ok)).toEqual([]);
});
