import { expect, it } from 'vitest';
import { findInitialFault, toFieldBody, toFieldValues, tryRegex } from './field-values.ts';

it('tries the whole text, as the server does', () => {
  expect(tryRegex('[A-Z]{2}-\\d+', 'AB-12')).toBe('fits');
  expect(tryRegex('[A-Z]{2}-\\d+', 'AB-12 ')).toBe('differs');
  expect(tryRegex('a|b', 'b')).toBe('fits');
  expect(tryRegex('', 'anything')).toBe('not checked');
});

it('says what the server’s engine cannot do', () => {
  for (const regex of ['(?=a)b', '(?<!a)b', '(a)\\1', '(']) expect(tryRegex(regex, 'b'), regex).toHaveProperty('fault');
});

it('sends what tasks start with as a value of its type', () => {
  const values = { ...toFieldValues(null), key: 'budget', type: 'integer' as const, initial: '12', regex: 'ignored' };
  expect(toFieldBody(values)).toMatchObject({ default_value: 12, validation_regex: null });
  expect(findInitialFault({ ...values, initial: '1.5' })).toBeDefined();
  expect(toFieldBody({ ...values, initial: '' }).default_value).toBeNull();
});
