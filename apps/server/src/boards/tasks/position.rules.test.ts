import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { appendPosition } from './position.rules.ts';
import { TaskCreate } from './tasks.schema.ts';

/** What PostgreSQL does with `collate "C"`. */
const isBefore = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
const sent = fc.stringMatching(/^[0-9A-Za-y][0-9A-Za-z]{0,40}[1-9A-Za-z]$/);

it('puts a task behind whatever position a client chose', () => {
  fc.assert(
    fc.property(sent, (last) => {
      expect(isBefore(last, appendPosition(last, newId()))).toBe(true);
    }),
  );
});

it('keeps the order of ten thousand tasks that are appended one after the other, in short texts', () => {
  const positions: string[] = [];
  for (let i = 0; i < 10_000; i++) positions.push(appendPosition(positions.at(-1), newId()));
  for (const [i, position] of positions.entries())
    if (i > 0) expect(isBefore(positions[i - 1] ?? '', position), position).toBe(true);
  expect(Math.max(...positions.map(({ length }) => length))).toBe(13);
});

it('gives different positions to tasks that are appended at the same moment', () => {
  const last = appendPosition(undefined, newId());
  const positions = Array.from({ length: 200 }, () => appendPosition(last, newId()));
  expect(new Set(positions).size).toBe(200);
});

it('makes positions that a client may send, also behind the last place of all and behind foreign text', () => {
  for (const last of [undefined, 'zzzzzz', 'zzzzzzzzzz', '~~', '', 'f47ac10b-58cc-4372'])
    expect(TaskCreate.shape.position.safeParse(appendPosition(last, newId())).success, `${last}`).toBe(true);
});
