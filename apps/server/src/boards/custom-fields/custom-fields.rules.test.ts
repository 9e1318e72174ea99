import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Problem } from '#server/platform/problem.ts';
import { assertDefinition, type BoardField, checkValues, findValueFault, isCompatible } from './custom-fields.rules.ts';
import { TaskCustomFieldType } from './custom-fields.schema.ts';

const field = (field_key: string, more: Partial<BoardField> = {}): BoardField => ({
  id: `id of ${field_key}`,
  field_key,
  field_type: 'text',
  validation_regex: null,
  required: false,
  default_value: null,
  ...more,
});

/** Code and detail of what `work` throws. */
function catchProblem(work: () => unknown): { code: string; body: unknown } {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, body: error.body };
    throw error;
  }
  throw new Error('nothing was thrown');
}

const GOOD: [TaskCustomFieldType, unknown[]][] = [
  ['text', ['', 'x', 'x'.repeat(20_000)]],
  ['text_long', ['two\nlines']],
  ['integer', [0, -7, 1.0, 9007199254740991]],
  ['decimal', [0, 1.5, -2e10]],
  ['boolean', [true, false]],
  ['date', ['2026-01-31', '2024-02-29']],
  ['date_time', ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.5+02:00', '2026-01-31T08:00', '2026-01-31T08:00:00']],
  ['url', ['https://example.com', 'HTTP://example.com:8080/a?b#c']],
  ['json', [{}, [], { a: [1, null] }, [1, 'x']]],
];

const BAD: [TaskCustomFieldType, unknown[]][] = [
  ['text', [1, true, {}, 'x'.repeat(20_001)]],
  ['text_long', [['x']]],
  ['integer', [1.5, true, '1', 2 ** 53]],
  ['decimal', [true, '1.5', {}]],
  ['boolean', [1, 'true']],
  ['date', ['2026-02-30', '2026-1-1', '2026-01-31T00:00:00Z', 20260131]],
  ['date_time', ['yesterday', '2026-01-31T25:00:00Z', 1_700_000_000]],
  ['url', ['ftp://example.com', 'https://', 'https:example.com', 'example.com', 'javascript:alert(1)', 'http:///path']],
  ['json', ['{}', 1, true, { long: 'x'.repeat(65_536) }]],
];

it('takes the values of each type and no others', () => {
  for (const [field_type, values] of GOOD)
    for (const value of values)
      expect([field_type, value, findValueFault({ field_type, validation_regex: null }, value)]).toEqual([
        field_type,
        value,
        undefined,
      ]);
  for (const [type, values] of BAD)
    for (const value of values) expect([type, value, isCompatible(type, value)]).toEqual([type, value, false]);
});

it('never fails on any JSON, whatever the type', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TaskCustomFieldType.options), fc.jsonValue(), (field_type, value) => {
      const fault = findValueFault({ field_type, validation_regex: null }, value);
      expect(fault === undefined || fault.length > 0).toBe(true);
    }),
  );
});

it('holds the whole value against the expression', () => {
  const shape = { field_type: 'text', validation_regex: '[A-Z]+-\\d+' } as const;
  expect(findValueFault(shape, 'ABC-12')).toBeUndefined();
  for (const value of ['xABC-12', 'ABC-12 ', 'ABC-12\n', '']) expect(findValueFault(shape, value)).toContain('match');
  const greedy = { field_type: 'text', validation_regex: 'a|ab' } as const;
  expect(findValueFault(greedy, 'ab')).toBeUndefined();
});

it('44, 46: type, expression and default of a definition fit each other', () => {
  const define = (shape: Partial<BoardField>) => () => assertDefinition(field('f', shape));
  for (const validation_regex of ['(', '[a-', '(?=x)', '\\1', '*', 'a{1001}', '(a?){900}(b?){900}'])
    expect(catchProblem(define({ validation_regex })).code).toBe('custom_field.regex_invalid');
  for (const field_type of ['integer', 'decimal', 'boolean', 'json'] as const)
    expect(catchProblem(define({ field_type, validation_regex: '.*' })).code).toBe('custom_field.regex_not_allowed');
  for (const field_type of ['text', 'text_long', 'date', 'date_time', 'url'] as const)
    expect(define({ field_type, validation_regex: '.*' })).not.toThrow();
  for (const [field_type, values] of BAD)
    for (const default_value of values)
      expect(catchProblem(define({ field_type, default_value })).code).toBe('custom_field.default_invalid');
  expect(catchProblem(define({ validation_regex: 'a+', default_value: 'b' })).code).toBe(
    'custom_field.default_invalid',
  );
  expect(define({ validation_regex: 'a+', default_value: 'aa' })).not.toThrow();
});

it('70: unknown keys, missing required values and wrong values are named; a default satisfies a required field', () => {
  const fields = [
    field('team', { required: true }),
    field('size', { field_type: 'integer', required: true, default_value: 3 }),
    field('link', { field_type: 'url' }),
  ];
  expect(catchProblem(() => checkValues(fields, { team: 'a', b: 1, a: 2 }, { creating: true }))).toMatchObject({
    code: 'custom_field.unknown_keys',
    body: { unknown_field_keys: ['a', 'b'] },
  });
  expect(catchProblem(() => checkValues(fields, { size: null }, { creating: true }))).toMatchObject({
    code: 'custom_field.value_required',
    body: { missing_field_keys: ['size', 'team'] },
  });
  expect(catchProblem(() => checkValues(fields, { team: 'a', link: 'nowhere' }, { creating: true }))).toMatchObject({
    code: 'custom_field.value_invalid',
    body: { field_key: 'link', field_type: 'url', reason: expect.any(String) },
  });
  expect(checkValues(fields, { team: 'a' }, { creating: true })).toEqual(
    new Map<string, unknown>([
      ['id of team', 'a'],
      ['id of size', 3],
    ]),
  );
});

it('changes only what is given; null takes a value away unless the field needs one', () => {
  const fields = [field('team', { required: true }), field('link'), field('size', { default_value: 'm' })];
  expect(checkValues(fields, { link: null }, { creating: false })).toEqual(new Map([['id of link', null]]));
  expect(checkValues(fields, {}, { creating: false })).toEqual(new Map());
  expect(catchProblem(() => checkValues(fields, { team: null }, { creating: false })).code).toBe(
    'custom_field.value_required',
  );
});

it('knows no fields by the names of Object.prototype', () => {
  const given = JSON.parse('{"__proto__": 1, "constructor": 2}');
  expect(catchProblem(() => checkValues([], given, { creating: true })).body).toMatchObject({
    unknown_field_keys: ['__proto__', 'constructor'],
  });
  expect(checkValues([field('constructor')], {}, { creating: true })).toEqual(new Map());
});
