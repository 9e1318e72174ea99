import { expect, it } from 'vitest';
import { newId } from './ids.ts';

it('makes ids of one millisecond in order, and of the next after them', () => {
  const at = new Date(1_800_000_000_000);
  const ids = Array.from({ length: 5000 }, () => newId(at));
  ids.push(newId(new Date(at.getTime() + 1)));
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(String(ids[0]).replaceAll('-', '').slice(0, 12), 16)).toBe(at.getTime());
});
