import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CascadeFacts, type EdgeSums, findCause } from '../causes/cascade.rules.ts';
import { createAgentState, noteRun } from './agent-state.rules.ts';
import { divergence, upperShare } from './drift.rules.ts';
import type { Finding } from './finding.schema.ts';
import { settle, type Tracks } from './hysteresis.rules.ts';
import { judgeAgent, type Look } from './judge.rules.ts';
import { judgeRun, type RunStep } from './run.rules.ts';
import { addSums, countRun, createTally, type EndedRun, noSums, toScale, toSums } from './sums.rules.ts';
import { toUsual, type Usual } from './usual.rules.ts';

const MINUTE_MS = 60_000;
const LIMITS = { maxTokens: 1_000, knownFlows: new Set<string>() };

/** A run that takes what a lognormal agent takes at a quantile of its own. */
const makeRun = (index: number, change: Partial<EndedRun> = {}): EndedRun => ({
  ...{ id: `run-${index}`, at: index * 1_000, isError: index % 50 === 0, calls: 4, retries: 0, score: 0.8 },
  // Golden-ratio steps spread evenly over the quantiles.
  ...{ ms: 2_000 * 4 ** ((index * 0.618) % 1), tokens: 1_000 * 4 ** ((index * 0.382) % 1), steps: ['plan', 'answer'] },
  ...change,
});

function learn(runs: readonly EndedRun[]): Usual {
  const tally = createTally();
  for (const run of runs) countRun(tally, run);
  const usual = toUsual({ all: { ...toSums(tally), starts: runs.length, minutes: runs.length } }, 0);
  if (!usual) throw new Error('too few runs');
  return usual;
}

const usual = learn(Array.from({ length: 2_000 }, (_, index) => makeRun(index)));

function look(change: (index: number) => Partial<EndedRun>, n = 60, more: Partial<Look> = {}): Finding[] {
  const state = createAgentState();
  for (let index = 0; index < n; index++) noteRun(state, usual, makeRun(index + 1, change(index)));
  const at = n * 1_000;
  return judgeAgent(state, {
    ...{ at, usual, lastStartAt: at, toolMinutes: [], isNewVersion: false, strictness: {} },
    ...more,
  });
}
const detectors = (findings: readonly Finding[]) => findings.map(({ detector }) => detector);

describe('an agent', () => {
  it('is unusual by latency, tokens, failures, score, attempts and skipped steps, and by nothing when it is as ever', () => {
    expect(look(() => ({}), 600)).toEqual([]);
    expect(detectors(look((i) => ({ ms: 3 * makeRun(i).ms })))).toEqual(['latency']);
    expect(detectors(look((i) => ({ tokens: 10 * makeRun(i).tokens }), 10))).toEqual(['tokens']);
    expect(detectors(look((i) => ({ isError: i % 4 === 0 })))).toEqual(['error_rate']);
    expect(detectors(look(() => ({ score: 0.4 })))).toEqual(['score']);
    expect(detectors(look(() => ({ calls: 12, retries: 8 }), 10))).toEqual(['attempts']);
    expect(look(() => ({ steps: ['plan'] }), 10)).toMatchObject([{ detector: 'skipped_step', scope: 'answer' }]);
    expect(detectors(look(() => ({}), 60, { lastStartAt: 60_000 - 20 * MINUTE_MS }))).toEqual(['silent']);
  });

  it('says when it began and how far off it is', () => {
    const [finding] = look((i) => (i < 30 ? {} : { ms: 3 * makeRun(i).ms }), 80);
    expect(finding).toMatchObject({ detector: 'latency', level: 'agent', severity: 'medium' });
    expect(Math.abs((finding?.beganAt ?? 0) - 31_000)).toBeLessThan(6_000);
  });

  it('is not held to what the version before did while its version is new, but for failures and attempts', () => {
    const isNewVersion = true;
    expect(look((i) => ({ ms: 3 * makeRun(i).ms }), 60, { isNewVersion })).toEqual([]);
    expect(detectors(look((i) => ({ isError: i % 4 === 0 }), 60, { isNewVersion }))).toEqual(['error_rate']);
  });

  it('uses its tools in another mix when shares move, not when they are tried again', () => {
    const mixed: Usual = { ...usual, all: { ...usual.all, tools: { a: tool(900), b: tool(100) } } };
    const mixOf = (a: number, b: number) =>
      look(() => ({}), 60, { usual: mixed, toolMinutes: [{ a: tool(a), b: tool(b) }] });
    expect(mixOf(90, 10)).toEqual([]);
    expect(mixOf(10, 90)).toMatchObject([{ detector: 'tool_mix' }]);
    const again = { a: { n: 90, errors: 0, retries: 0 }, b: { n: 100, errors: 90, retries: 90 } };
    expect(look(() => ({}), 60, { usual: mixed, toolMinutes: [again] })).toEqual([]);
  });
});

const tool = (n: number) => ({ n, errors: 0, retries: 0 });

const step = (given: Partial<RunStep> = {}): RunStep => ({
  ...{ kind: 'tool', name: 'search', status: 'ok', args: 'a', result: 'r', tokensInput: null, finish: null },
  ...{ sensitiveReads: [], sentBytes: 0, isPoll: false },
  ...given,
});
const judge = (steps: RunStep[], tokens = 0) =>
  detectors(judgeRun({ id: 'run', startedAt: 0, at: 0, tokens, steps }, LIMITS));
const times = (n: number, toStep: (index: number) => Partial<RunStep>) =>
  Array.from({ length: n }, (_, i) => step(toStep(i)));

describe('a run', () => {
  it('goes round in circles by equal results, by cycles, and by the same call five times', () => {
    expect(judge(times(3, () => ({})))).toEqual(['loop']);
    expect(judge(times(6, (i) => ({ args: `${i % 2}`, result: `${i % 2}` })))).toEqual(['loop']);
    expect(judge(times(5, () => ({ result: null })))).toEqual(['loop']);
  });

  it('does not when results change, when it polls, or when arguments change', () => {
    expect(judge(times(9, (i) => ({ result: `${i}` })))).toEqual([]);
    expect(judge(times(9, () => ({ isPoll: true })))).toEqual([]);
    expect(judge(times(9, (i) => ({ args: `${i}` })))).toEqual([]);
  });

  it('burns tokens, grows its prompt, storms, and sends on what it should not', () => {
    expect(judge([], 1_001)).toEqual(['burn']);
    const llm = (tokensInput: number) => step({ kind: 'llm', tokensInput });
    expect(judge([4_000, 5_000, 6_000, 8_000].map(llm))).toEqual(['context_growth']);
    expect(judge(times(4, (i) => ({ status: 'error', result: `error:${i}` })))).toEqual(['retry_storm']);
    const [read, send] = [step({ sensitiveReads: ['db:customers'] }), step({ name: 'mail', sentBytes: 2_000 })];
    expect(judge([read, send])).toEqual(['data_flow']);
    expect(judge([send, read])).toEqual([]);
  });

  it('of different calls is never a loop, whatever they are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 40 }), (args) => {
        expect(judge(args.map((each) => step({ args: each })))).toEqual([]);
      }),
    );
  });
});

describe('sums', () => {
  it('say the same whether spans are added one way or the other', () => {
    const runs = fc.array(
      fc.integer({ min: 1, max: 500 }).map((index) => makeRun(index)),
      { maxLength: 30 },
    );
    const sum = (some: readonly EndedRun[]) => {
      const tally = createTally();
      for (const run of some) countRun(tally, run);
      return toSums(tally);
    };
    fc.assert(
      fc.property(runs, runs, (a, b) => {
        const [one, other, all] = [addSums(sum(a), sum(b)), addSums(sum(b), sum(a)), sum([...a, ...b])];
        for (const each of [other, all]) {
          expect({ ...each, score: null }).toEqual({ ...one, score: null });
          expect(each.score.sum).toBeCloseTo(one.score.sum);
        }
      }),
    );
  });

  it('have no scale when they are empty, and one around the median otherwise', () => {
    expect(toScale(noSums().ms)).toBeUndefined();
    expect(Math.exp(usual.ms?.median ?? 0)).toBeGreaterThan(3_500);
    expect(Math.exp(usual.ms?.median ?? 0)).toBeLessThan(4_500);
  });

  it('bound shares from above, and differences between nothing and everything', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (k, more) => {
        const upper = upperShare(k, k + more);
        expect(upper).toBeLessThanOrEqual(1);
        if (k + more > 0) expect(upper).toBeGreaterThan(k / (k + more) - 1e-9);
      }),
    );
    const mix = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(mix, mix, (a, b) => {
        expect(divergence(a, b)).toBeCloseTo(divergence(b, a));
        expect(divergence(a, a)).toBeCloseTo(0);
        expect(divergence(a, b)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('what was found', () => {
  const finding = look((i) => ({ ms: 3 * makeRun(i).ms }))[0] as Finding;

  it('opens when it is certain or seen twice, once, and closes after ten clean minutes', () => {
    const tracks: Tracks = new Map();
    const unsure = { ...finding, isInstant: false };
    expect(settle(tracks, [unsure], 0).opened).toEqual([]);
    expect(settle(tracks, [unsure], 10_000).opened).toEqual([unsure]);
    expect(settle(tracks, [unsure], 20_000)).toEqual({ opened: [], seen: [unsure], closed: [] });
    expect(settle(tracks, [], 20_000 + 10 * MINUTE_MS - 1).closed).toEqual([]);
    expect(settle(tracks, [], 20_000 + 10 * MINUTE_MS).closed).toEqual(['latency ']);
    expect(settle(tracks, [finding], 30 * MINUTE_MS).opened).toEqual([finding]);
  });
});

describe('a cause', () => {
  const edge = (child: string, totalMs: number, attempts = 10, parent = 'coordinator'): EdgeSums => ({
    ...{ parent_agent_id: parent, child_agent_id: child, calls: 10, errors: 0, attempts, total_ms: totalMs },
  });
  const facts = (now: EdgeSums[], extraMs: number): CascadeFacts => ({
    ...{ now, extraMs, runs: 10, usualRuns: 10 },
    usual: [edge('tax', 10_000, 11), edge('mail', 10_000), edge('rates', 5_000, 10, 'tax')],
  });

  it('is the callee that has most of the extra time, as deep as it goes, with what is wrong with it', () => {
    const found = findCause('coordinator', facts([edge('tax', 50_000, 31), edge('mail', 11_000)], 4_500));
    expect(found).toMatchObject({ agentId: 'tax', kind: 'retry_amplification', path: ['coordinator', 'tax'] });
    expect(found?.share).toBeCloseTo(0.89, 1);
    const deeper = facts([edge('tax', 50_000), edge('rates', 44_000, 10, 'tax')], 4_000);
    expect(findCause('coordinator', deeper)).toMatchObject({ agentId: 'rates', kind: 'slow_agent' });
  });

  it('is nobody else when the time is its own, and the walk ends in a circle', () => {
    expect(findCause('coordinator', facts([edge('tax', 11_000)], 4_000))).toBeUndefined();
    const circle = facts([edge('tax', 50_000), edge('coordinator', 60_000, 10, 'tax')], 4_000);
    expect(findCause('coordinator', circle)?.path).toEqual(['coordinator', 'tax']);
  });
});
