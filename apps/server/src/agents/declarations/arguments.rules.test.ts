import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareArguments } from './arguments.rules.ts';

const compare = (schema: Record<string, unknown>, ...args: unknown[]) =>
  compareArguments(
    [{ name: 'pay', side_effect: 'read', schema }],
    args.map((value, i) => ({
      tool: 'pay',
      args: value,
      last_seen_at: `2026-01-0${i + 1}T00:00:00.000Z`,
      run_id: `run-${i + 1}`,
    })),
  );
const why = (schema: Record<string, unknown>, args: unknown) => compare(schema, args)[0]?.text.split('declared: ')[1];

const schema = {
  type: 'object',
  required: ['amount'],
  additionalProperties: false,
  properties: {
    amount: { type: 'number' },
    currency: { enum: ['EUR', 'USD'] },
    to: { type: 'array', items: { type: 'object', properties: { id: { type: ['integer', 'null'] } } } },
  },
};

describe('arguments against what is declared', () => {
  it.each([
    [{}, 'amount is missing.'],
    [{ amount: 'nine' }, 'amount must be number.'],
    [{ amount: 1, currency: 'GBP' }, 'currency is none of the declared choices.'],
    [{ amount: 1, note: 'x' }, 'note is not declared.'],
    [{ amount: 1, to: [{ id: 1 }, { id: 1.5 }] }, 'to[1].id must be integer or null.'],
    [[], 'all of it must be object.'],
    [{ amount: 1, currency: 'EUR', to: [{ id: null }] }, undefined],
  ])('%j: %s', (args, text) => expect(why(schema, args)).toBe(text));

  it('are one difference for a tool, with how many calls and the newest of them', () => {
    expect(compare(schema, {}, { amount: 'x' }, { amount: 1 })).toMatchObject([
      { kind: 'arguments', name: 'pay', count: 2, example_run_id: 'run-2', text: expect.stringContaining('number') },
    ]);
  });

  it('fit a schema that says nothing of them, whatever both are', () => {
    const said = { $ref: '#/x', type: 'never', format: 'email' };
    fc.assert(fc.property(fc.jsonValue(), (args) => compare({}, args).length + compare(said, args).length === 0));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (any, args) => {
        expect(compare(any, args).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
