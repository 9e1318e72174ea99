import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createItemReader } from './item-reader.ts';

/** Reads a text in pieces of the given length. */
function read(text: string, length = 7) {
  const reader = createItemReader('skills');
  const items: unknown[] = [];
  for (let at = 0; at < text.length; at += length)
    items.push(...reader.push(text.slice(at, at + length)).map((item) => JSON.parse(item)));
  return { items, isComplete: reader.isComplete() };
}

const item = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));

it('gives the objects of a list, however the text is cut', () => {
  fc.assert(
    fc.property(
      fc.array(item),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(undefined, 2),
      (list, length, space) => {
        const expected = { items: JSON.parse(JSON.stringify(list)), isComplete: true };
        expect(read(JSON.stringify(list, null, space), length)).toEqual(expected);
        const named = { skills: list, version: '"skills": [{', other: [{ a: 1 }] };
        expect(read(JSON.stringify(named, null, space), length)).toEqual(expected);
        expect(read(JSON.stringify({ first: { skills: [{ b: 2 }] }, ...named }), length)).toEqual(expected);
      },
    ),
  );
});

it('takes objects only, and no list under another name', () => {
  expect(read('[1, "x", {"a": 1}, [{"b": 2}], null]').items).toEqual([{ a: 1 }]);
  expect(read('{"items": [{"a": 1}]}')).toEqual({ items: [], isComplete: false });
  expect(read('{"x": "skills", "list": [{"a": 1}]}')).toEqual({ items: [], isComplete: false });
  expect(read('{"skills": {"a": [{"b": 1}]}}')).toEqual({ items: [], isComplete: false });
});

it('says when the text is cut off', () => {
  for (const text of ['', '[', '[{"a": 1}', '[{"a": "', '{"skills": [{"a": 1}]', '{"skills": [{"a": 1}'])
    expect(read(text).isComplete).toBe(false);
});

it('gives up an item that is too long to be held', () => {
  const reader = createItemReader('skills');
  reader.push('[{"a": "');
  for (let i = 0; i < 200; i++) reader.push('x'.repeat(10_000));
  expect(reader.push('"}, {"b": 1}]')).toEqual([]);
  expect(reader.isComplete()).toBe(false);
});
