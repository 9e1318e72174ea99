import { createRedactor } from '@mission-control/policy/redact';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHarmlessCheck, isHarmlessText } from './harmless.rules.ts';

const redactor = createRedactor();
const isHarmless = createHarmlessCheck(redactor);

const secrets = fc.constantFrom(
  ...['bob@example.com', `sk-${'A1b2'.repeat(6)}`, `ghp_${'a1B2'.repeat(6)}`, `gho_${'a1B2'.repeat(6)}`],
  ...[
    `AKIA${'ABCD'.repeat(4)}`,
    `ASIA${'ABCD'.repeat(4)}`,
    `xoxb-${'1a2b'.repeat(5)}`,
    `github_pat_${'a1'.repeat(15)}`,
  ],
  ...[
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef',
    '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----',
  ],
  ...[
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '4111111111111111',
    `mcs_${'a1B2'.repeat(11)}`,
    `mca_${'a1B2'.repeat(11)}`,
  ],
  ...['{"password":"hunter2"}'],
);
const prose = fc.string({ maxLength: 60 });

describe('the quick check', () => {
  it('never clears a text that the redactor would change', () => {
    const text = fc.tuple(prose, fc.option(secrets), prose).map(([a, secret, b]) => `${a} ${secret ?? ''} ${b}`);
    fc.assert(
      fc.property(text, (value) => {
        if (isHarmlessText(value)) expect(redactor.redactText(value).changed).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never clears a value that the redactor would change', () => {
    const key = fc.constantFrom('q', 'password', 'apiKey', 'Set-Cookie', 'user', 'card_number', 'bob@example.com');
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        prose,
        secrets,
        fc.integer(),
        fc.constant(4111111111111111),
        fc.boolean(),
        fc.array(tie('node')),
        fc.dictionary(key, tie('node')),
      ),
    })).node;
    fc.assert(
      fc.property(value, (input) => {
        if (isHarmless(input)) expect(redactor.redactJson(input).changed).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('clears plain words and numbers, which is what it is for', () => {
    expect(
      isHarmless({ messages: [{ role: 'user', content: 'What is the refund policy for order 42?' }], n: 12 }),
    ).toBe(true);
  });

  it('does not go deeper than is safe', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 10_000; i++) deep = [deep];
    expect(isHarmless(deep)).toBe(false);
  });
});
