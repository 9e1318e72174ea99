import type { Verdict } from '@mission-control/policy/evaluate';
import { compilePolicy } from '@mission-control/policy/language';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toEarlier } from './earlier.rules.ts';
import { ALLOWED, type RecordedCall, type RecordedRun } from './recorded.rules.ts';
import type { BacktestReport, BacktestRow } from './report.rules.ts';
import { createSimulation, type SimulationOptions } from './simulate.rules.ts';

function compile(rules: string) {
  const text = `version: 1\nname: p\nscope: { org: true }\nrules:\n${rules}`;
  const { ir, findings } = compilePolicy(text, { id: 'p', version: 3, now: new Date(0) });
  if (!ir) throw new Error(JSON.stringify(findings));
  return ir;
}

const makeRun = (id: string, given: Partial<RecordedRun> = {}): RecordedRun => ({
  ...{ id, rootId: id, taskId: null, agentId: 'a', agentType: 't', boardId: null, versionId: null },
  ...{ status: 'ok', startedMs: 1_000, endedMs: 9_000, confidence: null, ...given },
});

let seq = 0;
const makeCall = (name: string, value: unknown = {}, given: Partial<RecordedCall> = {}): RecordedCall => ({
  ...{ seq: seq++, key: `k${seq}`, kind: 'tool', name, startedMs: 2_000, durMs: 5, hasFailed: false },
  ...{
    tokens: 0,
    costUsd: 0,
    args: { state: 'exact', value },
    reads: null,
    writes: null,
    earlier: ALLOWED,
    ...given,
  },
});

interface Tree {
  runs: RecordedRun[];
  calls: [RecordedRun, RecordedCall][];
}

function simulate(
  rules: string,
  trees: Tree[],
  options: Partial<SimulationOptions> = {},
): { report: BacktestReport; rows: BacktestRow[] } {
  const rows: BacktestRow[] = [];
  const simulation = createSimulation({
    ...{ ir: compile(rules), isInScope: () => true, onRow: (row: BacktestRow) => rows.push(row) },
    ...options,
  });
  for (const { runs, calls } of trees) {
    for (const run of runs) if (run.id === run.rootId) simulation.begin(run);
    for (const [run, call] of calls) simulation.call(run, call);
    simulation.endTree(runs);
  }
  return { report: simulation.finish(), rows };
}

const ofOne = (run: RecordedRun, ...calls: RecordedCall[]): Tree => ({
  runs: [run],
  calls: calls.map((call) => [run, call]),
});

const PAY = '  - { id: small, tools: { match: [pay], where: { amount: { lte: 5 } }, action: require_approval } }\n';

it('counts what a rule would have done, in which runs, and which of them had succeeded', () => {
  const { report, rows } = simulate(PAY, [
    ofOne(makeRun('r1'), makeCall('pay', { amount: 9 }), makeCall('pay', { amount: 3 }), makeCall('read')),
    ofOne(makeRun('r2', { status: 'error' }), makeCall('pay', { amount: 7 })),
  ]);
  expect(report).toMatchObject({
    ...{ runs: 2, calls: 4, would_approve: 2, would_block: 0, undecidable: 0, flips: 2, runs_hit: 2 },
    ...{ runs_hit_succeeded: 1, flips_to: { approve: 2 } },
    per_rule: [{ rule: 'p@3:small', approve: 2, runs: 2, runs_succeeded: 1 }],
    per_agent: [{ agent_id: 'a', calls: 4, approve: 2, flips: 2 }],
  });
  expect(rows[0]).toMatchObject({ run_id: 'r1', verdict: 'require_approval', was: 'allow', is_flip: true });
  expect(rows[0]?.failed).toEqual([{ path: 'amount', op: 'lte', expected: 5, actual: 9 }]);
});

it('tells apart what cannot be decided, and never counts it as passed', () => {
  const redacted = (value: unknown) => makeCall('pay', {}, { args: { state: 'redacted', value } });
  const { report, rows } = simulate(`${PAY}  - { id: never, tools: { deny: [drop] } }\n`, [
    ofOne(
      makeRun('r'),
      makeCall('pay', {}, { args: { state: 'missing' } }),
      redacted({ amount: '[redacted:amount]' }),
      redacted({ amount: 3, card: '[redacted:card]' }),
      redacted({ amount: 8, card: '[redacted:card]' }),
      makeCall('drop', {}, { args: { state: 'missing' } }),
      makeCall('pay', { currency: 'EUR' }),
    ),
  ]);
  expect(rows.map(({ verdict }) => verdict)).toEqual([
    ...['undecidable', 'undecidable', 'require_approval', 'block', 'require_approval'],
  ]);
  expect(report).toMatchObject({ calls: 6, undecidable: 2, would_approve: 2, would_block: 1, flips: 3 });
  expect(report.per_rule[0]).toMatchObject({ approve: 2, undecidable: 2 });
});

it('remembers order by run, does not count what it stopped, and knows when it only guesses', () => {
  const rules = `  - { id: verify, sequence: { require: verify, before: pay } }
  - { id: leak, sequence: { forbid: mail, after: read, where_before: { table: { eq: salaries } } } }\n`;
  const { rows, report } = simulate(rules, [
    ofOne(makeRun('r1'), makeCall('pay'), makeCall('verify'), makeCall('pay')),
    ofOne(makeRun('r2'), makeCall('verify', {}, { hasFailed: true }), makeCall('pay')),
    ofOne(makeRun('r3'), makeCall('read', {}, { args: { state: 'missing' } }), makeCall('mail')),
    ofOne(makeRun('r4'), makeCall('read', { table: 'salaries' }), makeCall('mail')),
    ofOne(makeRun('r5'), makeCall('read', { table: 'menu' }), makeCall('mail')),
  ]);
  expect(rows.map(({ run_id, verdict }) => `${run_id} ${verdict}`)).toEqual([
    ...['r1 block', 'r2 block', 'r3 undecidable', 'r4 block'],
  ]);
  expect(report.per_rule.map(({ block, undecidable }) => [block, undecidable])).toEqual([
    [2, 0],
    [1, 1],
  ]);
});

it('counts limits over the tree of a run, calls in the run itself, and a task over its runs', () => {
  const rules = `  - { id: tokens, limits: { per: run, tokens: 100, on_exceed: block } }
  - { id: calls, limits: { per: run, tool_calls: 2, on_exceed: escalate } }
  - { id: task, limits: { per: task, cost_usd: 3, on_exceed: block } }\n`;
  const root = makeRun('root');
  const child = makeRun('child', { rootId: 'root' });
  const model = (tokens: number, costUsd = 0) => makeCall('m', {}, { kind: 'model', tokens, costUsd });
  const tree: Tree = {
    runs: [root, child],
    calls: [
      [root, model(60)],
      [child, makeCall('t')],
      [child, model(50)],
      [root, makeCall('t')],
    ],
  };
  const many = ofOne(makeRun('many'), makeCall('t'), makeCall('t'), makeCall('t'));
  const task = (id: string) => ofOne(makeRun(id, { taskId: 'job' }), model(1, 2));
  const { rows } = simulate(rules, [tree, many, task('t1'), task('t2'), task('t3')]);
  expect(rows.map(({ run_id, rule, verdict }) => `${run_id} ${rule} ${verdict}`)).toEqual([
    'root p@3:tokens block',
    'many p@3:calls require_approval',
    't3 p@3:task block',
  ]);
});

it('asks before answers by the confidence that was recorded', () => {
  const rules =
    '  - { id: unsure, escalate: { when: { confidence: { lt: 0.6 } }, before: output, to: role:admin } }\n' +
    '  - { id: early, escalate: { when: { confidence: { lt: 0.6 } }, before: tool, to: role:admin } }\n';
  const { rows } = simulate(rules, [
    ofOne(makeRun('sure', { confidence: 0.9 }), makeCall('t')),
    ofOne(makeRun('unsure', { confidence: 0.4 })),
    ofOne(makeRun('silent')),
    ofOne(makeRun('failed', { confidence: 0.1, status: 'error' })),
  ]);
  expect(rows.map(({ run_id, kind, verdict }) => `${run_id} ${kind} ${verdict}`)).toEqual([
    'sure tool undecidable',
    'unsure output require_approval',
    'silent output require_approval',
  ]);
});

it('finds runs for which there would have been no place', () => {
  const rules = '  - { id: two, concurrency: { per: agent, max: 2, on_full: reject } }\n';
  const at = (id: string, startedMs: number, endedMs: number, agentId = 'a') =>
    ofOne(makeRun(id, { startedMs, endedMs, agentId }));
  const { rows, report } = simulate(rules, [
    ...[at('r1', 0, 100), at('r2', 10, 40), at('r3', 20, 30), at('other', 25, 90, 'b'), at('r4', 40, 60)],
  ]);
  expect(rows.map(({ run_id, kind, verdict }) => `${run_id} ${kind} ${verdict}`)).toEqual(['r3 run block']);
  expect(report).toMatchObject({ calls: 0, would_block: 1, runs_hit: 1, runs_hit_succeeded: 1 });
});

it('compares with what was decided then, without what earlier versions of the policy said', () => {
  const matched = (rule: string, verdict: Verdict) => [{ rule, verdict, mode: 'enforce' }];
  const decision = (rule_ref: string, verdict: Verdict, enforcement = 'blocked') => ({
    ...{ verdict, enforcement, rule_ref, matched: matched(rule_ref, verdict) },
  });
  expect(toEarlier('blocked', decision('p@2:small', 'block'), 'p')).toEqual({ verdict: 'block', others: 'allow' });
  expect(toEarlier('blocked', decision('base@1:x', 'block'), 'p')).toEqual({ verdict: 'block', others: 'block' });
  expect(toEarlier('ok', decision('p@2:small', 'block', 'would_have'), 'p')).toEqual(ALLOWED);
  expect(toEarlier('blocked', undefined, 'p')).toEqual({ verdict: 'block', others: 'block' });
  const { report, rows } = simulate(PAY, [
    ofOne(
      makeRun('r'),
      makeCall('pay', { amount: 3 }, { earlier: { verdict: 'block', others: 'allow' } }),
      makeCall('pay', { amount: 9 }, { earlier: { verdict: 'block', others: 'block' } }),
      makeCall('pay', { amount: 9 }, { earlier: { verdict: 'require_approval', others: 'allow' } }),
    ),
  ]);
  expect(rows.map(({ verdict, was, is_flip }) => [verdict, was, is_flip])).toEqual([
    ['allow', 'block', true],
    ['require_approval', 'block', false],
    ['require_approval', 'require_approval', false],
  ]);
  expect(report).toMatchObject({ flips: 1, flips_to: { allow: 1 } });
});

it('leaves agents out of scope alone, but counts what they use of a tree', () => {
  const rules = '  - { id: tokens, limits: { per: run, tokens: 100, on_exceed: block } }\n';
  const root = makeRun('root');
  const child = makeRun('child', { rootId: 'root', agentId: 'b' });
  const model = (tokens: number) => makeCall('m', {}, { kind: 'model', tokens });
  const tree: Tree = {
    runs: [root, child],
    calls: [
      [child, model(200)],
      [child, model(1)],
      [root, model(1)],
    ],
  };
  const { report, rows } = simulate(rules, [tree], { isInScope: (agentId) => agentId === 'a' });
  expect(rows.map(({ run_id }) => run_id)).toEqual(['root']);
  expect(report).toMatchObject({ runs: 1, calls: 1, would_block: 1 });
});

it('sums are those of the rows, whatever is recorded', () => {
  const amount = fc.record({ amount: fc.integer({ min: 0, max: 10 }) });
  const args = fc.oneof(
    amount.map((value) => ({ state: 'exact' as const, value })),
    fc.constant({ state: 'missing' as const }),
  );
  const earlier = fc.constantFrom(ALLOWED, { verdict: 'block' as const, others: 'allow' as const });
  const call = fc.record({ name: fc.constantFrom('pay', 'read', 'drop'), args, earlier });
  const rules = `${PAY}  - { id: never, tools: { deny: [drop] } }\n  - { id: few, limits: { per: run, tool_calls: 3, on_exceed: warn } }\n`;
  fc.assert(
    fc.property(fc.array(fc.array(call, { maxLength: 8 }), { maxLength: 5 }), (trees) => {
      const { report, rows } = simulate(
        rules,
        trees.map((calls, i) =>
          ofOne(makeRun(`r${i}`), ...calls.map(({ name, ...given }) => makeCall(name, {}, given))),
        ),
      );
      const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
      expect(report).toMatchObject({
        ...{ calls: trees.flat().length, runs: trees.length, flips: rows.filter(({ is_flip }) => is_flip).length },
        ...{ would_block: count('block'), would_approve: count('require_approval'), would_warn: count('warn') },
        undecidable: count('undecidable'),
      });
      const hit = new Set(rows.flatMap(({ verdict, run_id }) => (/block|appr/.test(verdict) ? [run_id] : [])));
      expect(report.runs_hit).toBe(hit.size);
    }),
    { numRuns: 200 },
  );
});
