import { expect, it } from 'vitest';
import type { CustomField, TaskCard } from '#console/api/contract.ts';
import { rebaseValues, toChanges, toCreate, toValues } from './task-values.ts';

const task = {
  title: 'Compare A and B',
  description: null,
  priority: 'medium',
  due_at: null,
  assigned_agent_id: null,
  tag_ids: ['t1'],
  depends_on_task_ids: [],
  status: 'inbox',
  custom_field_values: {},
  version: 4,
} as unknown as TaskCard; // the form reads no more of it

it('sends nothing but the version when nothing was changed', () => {
  expect(toChanges(task, toValues(task, []), [])).toEqual({ version: 4 });
});

it('sends only what was changed', () => {
  const values = { ...toValues(task, []), title: ' Compare A, B and C ', tagIds: ['t1', 't2'] };
  expect(toChanges(task, values, [])).toEqual({ title: 'Compare A, B and C', tag_ids: ['t1', 't2'], version: 4 });
});

it('means the end of the chosen day', () => {
  const { due_at } = toChanges(task, { ...toValues(task, []), due: '2030-01-02' }, []);
  const due = new Date(String(due_at));
  expect([due.getFullYear(), due.getMonth(), due.getDate(), due.getHours()]).toEqual([2030, 0, 2, 23]);
});

it("sends of the board's own fields what was changed, and leaves the rest to their defaults", () => {
  const fields = ['hours', 'rate'].map(
    (field_key) => ({ field_key, field_type: 'integer', default_value: 1, required: false }) as CustomField, // no more is read
  );
  const seen = { ...task, custom_field_values: { hours: 1, rate: 2 } };
  const values = toValues(seen, fields);
  const edited = { ...values, fields: { ...values.fields, rate: '3' } };
  expect(toChanges(seen, edited, fields)).toEqual({ custom_field_values: { rate: 3 }, version: 4 });
  expect(toCreate(toValues(undefined, fields), fields)).not.toHaveProperty('custom_field_values');
});

it('keeps what others changed in fields that were not touched', () => {
  const base = { ...toValues(task, []), fields: { hours: '1', rate: '2' } };
  const theirs = { ...base, title: 'Theirs', fields: { hours: '5', rate: '2' } };
  const mine = { ...base, fields: { hours: '1', rate: '9' } };
  expect(rebaseValues(base, theirs, mine)).toEqual({ ...base, title: 'Theirs', fields: { hours: '5', rate: '9' } });
});
