import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRedactor } from '../src/redact/index.ts';
import { cleanText, keyed, secret } from './secrets.ts';

const { redactJson, mayHoldSecret } = createRedactor();
const seed = 42;

const place = fc.constantFrom(
  (text: string): unknown => text,
  (text: string): unknown => ({ messages: [{ role: 'user', content: text }] }),
  (text: string): unknown => ({ result: JSON.stringify({ text }) }),
  (text: string): unknown => [[1, { deep: [text] }]],
);

it('lets none of 10,000 planted secrets through', () => {
  const leaks: string[] = [];
  const plant = fc.tuple(cleanText, secret, fc.constantFrom(' ', '"', ': ', '=', '\n', '(', ','), place);
  fc.assert(
    fc.property(plant, ([text, planted, before, put]) => {
      const value = put(`${text}${before}${planted} ${text}`);
      const out = JSON.stringify(redactJson(value).value);
      if (out.includes(JSON.stringify(planted).slice(1, -1)) || !mayHoldSecret(JSON.stringify(value)))
        leaks.push(planted);
    }),
    { numRuns: 10_000, seed },
  );
  expect(leaks).toEqual([]);
});

it('lets no value of a sensitive key through, in JSON and in JSON within text', () => {
  fc.assert(
    fc.property(keyed, fc.boolean(), fc.constantFrom('', 'Observation: '), ([key, value], isText, prose) => {
      const record = { outer: [{ [key]: value, n: 1 }] };
      const payload = isText ? prose + JSON.stringify(record, null, 1) : record;
      expect(JSON.stringify(redactJson(payload).value)).not.toContain(value);
      expect(mayHoldSecret(JSON.stringify(payload))).toBe(true);
    }),
    { numRuns: 2_000, seed },
  );
});

it('changes at most one clean text of a hundred', () => {
  let changed = 0;
  fc.assert(
    fc.property(cleanText, (text) => {
      if (redactJson(text).changed) changed++;
    }),
    { numRuns: 5_000, seed },
  );
  expect(changed / 5_000).toBeLessThanOrEqual(0.01);
});
