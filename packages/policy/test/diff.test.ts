import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy, diffPolicies } from '../src/language/index.ts';

function read(text: string) {
  const { source, findings } = compilePolicy(text, { id: 'p', version: 1, now: new Date(0) });
  if (!source) throw new Error(findings[0]?.message);
  return source;
}

const policy = (rules: string, head = 'scope: { org: true }') => `version: 1\nname: p\n${head}\nrules:\n${rules}\n`;
const refunds = (where: string, more = '') =>
  policy(`  - { id: refund-size, tools: { match: [billing/refund], where: ${where} }${more} }`);
const summaries = (before: string, after: string) =>
  diffPolicies(read(before), read(after)).map(({ summary }) => summary);

describe('diffPolicies', () => {
  it.each([
    ['{ amount: { lte: 200 } }', '{ amount: { lte: 500 } }', 'refund-size: amount ≤ 200 → ≤ 500, widens'],
    ['{ amount: { gte: 2 } }', '{ amount: { gte: 5 } }', 'refund-size: amount ≥ 2 → ≥ 5, narrows'],
    ['{ currency: EUR }', '{ currency: { in: [EUR, USD] } }', 'refund-size: currency in EUR → EUR, USD, widens'],
    ['{ to: { not_in: [a, b] } }', '{ to: { not_in: [a] } }', 'refund-size: to not in a, b → a, widens'],
    ['{ a: { lte: 1 } }', '{ a: { lte: 1 }, b: { exists: true } }', 'refund-size: b exists true added, narrows'],
    ['{ a: { lte: 1 }, b: 2 }', '{ a: { lte: 1 } }', 'refund-size: b in 2 removed, widens'],
    ['{ a: { matches: x } }', '{ a: { matches: y } }', 'refund-size: a matches x → y, changes'],
    [
      '{ a: { any: [{ exists: false }, { lt: 5 }] } }',
      '{ a: { not: { eq: 3 } } }',
      'refund-size: a exists false or < 5 → not (eq 3), changes',
    ],
  ])('says of %s → %s what it means', (before, after, summary) => {
    expect(summaries(refunds(before), refunds(after))).toEqual([summary]);
  });

  const one = (rule: string) => policy(`  - { id: r, ${rule} }`);
  it.each([
    [
      'limits: { per: run, tokens: 5, on_exceed: block }',
      'limits: { per: run, tokens: 9, on_exceed: warn }',
      ['widens', 'widens'],
    ],
    [
      'concurrency: { per: org, max: 5, on_full: queue }',
      'concurrency: { per: org, max: 4, on_full: reject }',
      ['narrows', 'narrows'],
    ],
    ['tools: { deny: [a] }', 'tools: { deny: [a, b] }', ['narrows']],
    ['tools: { match: [a] }', 'tools: { match: [a], action: warn }', ['widens']],
    ['tools: { match: [a] }, mode: enforce', 'tools: { match: [a] }', ['widens']],
    ['tools: { match: [a] }', 'tools: { match: [a] }, message: hello', ['none']],
    ['models: { allow: [a] }', 'models: { allow: [a, b] }', ['widens']],
    ['data: { deny: [a] }', 'data: { read: [b], deny: [a] }', ['narrows']],
    [
      'escalate: { when: { confidence: { lt: 0.5 } }, before: output, to: role:admin }',
      'escalate: { when: { confidence: { lt: 0.7 } }, before: output, to: role:admin, on_timeout: allow }',
      ['widens', 'narrows'],
    ],
    [
      'tools: { match: [a], action: require_approval }, approval: { k: 2 }',
      'tools: { match: [a], action: require_approval }, approval: { k: 1, joint: [group:x] }',
      ['widens', 'narrows'],
    ],
    [
      'breaker: { watch: error_rate, over: 10%, window: 5m, min_calls: 9, scope: agent, action: pause }',
      'breaker: { watch: error_rate, over: 15%, window: 5m, min_calls: 9, scope: agent, action: pause }',
      ['widens'],
    ],
    ['sequence: { require: a, before: b }', 'sequence: { require: c, before: b }', ['changes']],
  ])('%s → %s', (before, after, effects) => {
    expect(diffPolicies(read(one(before)), read(one(after))).map(({ effect }) => effect)).toEqual(effects);
  });

  it('tells of rules that came and went, of scopes and of tests', () => {
    const before = policy(
      '  - { id: a, tools: { allow: [x] } }\n  - { id: b, tools: { deny: [y] } }',
      'scope: { agent: [one, two] }',
    );
    const after = policy(
      '  - { id: a, tools: { allow: [x] } }\n  - { id: c, tools: { allow: [z] } }',
      'scope: { agent: [one], exclude: { board: q } }',
    );
    expect(summaries(before, after)).toEqual([
      'scope agent one, agent two → agent one, widens',
      'exclude none → board q, widens',
      'c: rule added (tools), widens',
      'b: rule removed (tools), widens',
    ]);
  });

  it('finds nothing between equal texts, and the opposite between texts that change places', () => {
    const wheres = fc.record({
      amount: fc.record({ lte: fc.integer({ min: 0, max: 9 }) }),
      currency: fc.record({ in: fc.subarray(['EUR', 'USD', 'GBP'], { minLength: 1 }) }),
    });
    const opposite = { widens: 'narrows', narrows: 'widens', changes: 'changes', none: 'none' };
    fc.assert(
      fc.property(wheres, wheres, (a, b) => {
        const [one, other] = [read(refunds(JSON.stringify(a))), read(refunds(JSON.stringify(b)))];
        expect(diffPolicies(one, one)).toEqual([]);
        const back = diffPolicies(other, one).map(({ effect }) => effect);
        expect(back).toEqual(diffPolicies(one, other).map(({ effect }) => opposite[effect]));
      }),
    );
  });
});
