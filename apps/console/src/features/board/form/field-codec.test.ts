import { expect, it } from 'vitest';
import type { CustomField } from '#console/api/contract.ts';
import { findFaults, listFields, toFieldTexts, toValueChanges } from './field-codec.ts';

const field = (field_key: string, field_type: CustomField['field_type'], more: Partial<CustomField> = {}) =>
  ({
    field_key,
    field_type,
    required: false,
    default_value: null,
    board_ids: ['b'],
    ui_visibility: 'always',
    ...more,
  }) as CustomField; // no more is read
const fields = [
  field('hours', 'integer'),
  field('rate', 'decimal', { default_value: 1.5 }),
  field('paid', 'boolean'),
  field('at', 'date_time'),
  field('extra', 'json'),
  field('note', 'text', { required: true }),
];

it('shows the fields of the board that are not hidden', () => {
  const all = [
    field('here', 'text'),
    field('hidden', 'text', { ui_visibility: 'hidden' }),
    field('there', 'text', { board_ids: ['c'] }),
  ];
  expect(listFields(all, 'b').map(({ field_key }) => field_key)).toEqual(['here']);
});

it('begins with the defaults, or with the values of the task', () => {
  expect(toFieldTexts(fields, undefined)).toMatchObject({ hours: '', rate: '1.5' });
  const texts = toFieldTexts(fields, { hours: 5, paid: false, extra: { a: 1 } });
  expect(texts).toMatchObject({ hours: '5', rate: '', paid: 'false', extra: '{\n  "a": 1\n}' });
});

it('sends what was changed as a value of its type, null for what was emptied', () => {
  const before = toFieldTexts(fields, { hours: 5, rate: 2, note: 'same', at: '2030-01-02T03:04:00Z' });
  const after = { ...before, hours: '', rate: '0.25', paid: 'true', extra: '[1]' };
  expect(toValueChanges(fields, before, after)).toEqual({ hours: null, rate: 0.25, paid: true, extra: [1] });
  expect(toValueChanges(fields, before, before)).toBeUndefined();
});

it('reads an instant back as the same instant, whatever the zone', () => {
  const before = toFieldTexts(fields, {});
  const after = toFieldTexts(fields, { at: '2030-01-02T03:04:00Z' });
  expect(toValueChanges(fields, before, after)).toEqual({ at: '2030-01-02T03:04:00.000Z' });
});

it('says what cannot be saved', () => {
  const texts = { ...toFieldTexts(fields, {}), hours: '1.5', rate: 'much', extra: '{' };
  expect(Object.keys(findFaults(fields, texts)).sort()).toEqual(['extra', 'hours', 'note', 'rate']);
  expect(findFaults(fields, { note: 'there' })).toEqual({});
});
