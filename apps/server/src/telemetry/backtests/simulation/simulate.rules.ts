import {
  type Call,
  createEngine,
  type Decision,
  HIDDEN,
  type Ir,
  type Match,
  type Rule,
  type Situation,
  type Verdict,
} from '@mission-control/policy/evaluate';
import { findReads, toVisible } from './arguments.rules.ts';
import { createPlaces } from './concurrency.rules.ts';
import { createPasts, type NamedRule } from './pasts.rules.ts';
import {
  ALLOWED,
  type Earlier,
  type RecordedArgs,
  type RecordedCall,
  type RecordedRun,
  stricter,
} from './recorded.rules.ts';
import { type BacktestReport, type BacktestRow, createReporter, type Outcome } from './report.rules.ts';
import { createUsageCounter, type FindBudget } from './usage.rules.ts';

/** Rules whose breaker would have been open for a call. */
export type FindOpenBreakers = (run: RecordedRun, call: Call, atMs: number) => ReadonlySet<string> | undefined;

export interface SimulationOptions {
  ir: Ir;
  /** Whether the policy is about an agent. */
  isInScope: (agentId: string | null) => boolean;
  findOpenBreakers?: FindOpenBreakers;
  findBudget?: FindBudget;
  /** Takes each row as it is found, as long as it wants any. */
  onRow: (row: BacktestRow) => void;
  wantsRows?: () => boolean;
}

/** Decides recorded calls as if all of a policy had been enforced. What it keeps grows with one tree of runs. */
export interface Simulation {
  /** A root run begins; in the order of their starts. */
  begin(run: RecordedRun): void;
  /** The next call of the tree, in the order in which they began. */
  call(run: RecordedRun, call: RecordedCall): void;
  /** Ends a tree: its root answers, and ends its task. */
  endTree(runs: readonly RecordedRun[]): void;
  finish(): BacktestReport;
}

/** A call with what only a recording knows of it. */
interface Asked {
  run: RecordedRun;
  call: Call;
  recorded: Pick<RecordedCall, 'seq' | 'key' | 'startedMs' | 'durMs' | 'tokens' | 'costUsd' | 'args'>;
  earlier: Earlier;
  /** Whether what was decided then is recorded. */
  isCompared: boolean;
}

type Judged = Outcome['matched'][number] & { match: Match };

const NO_ARGS: RecordedArgs = Object.freeze({ state: 'exact' });

/** Makes a simulation of one policy. Pure: what it is fed in the same order is decided alike. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { ir, isInScope, onRow, wantsRows = () => true } = options;
  const parts = prepare(options);
  const { usage, pasts, reporter, rules, findFull } = parts;
  const judge = createJudging(parts, options);
  const readsContext = rules.some(({ reads }) => reads.ctx.size > 0);
  const endings = listEndings(ir);
  return {
    begin(run) {
      if (!isInScope(run.agentId)) return;
      for (const { ref, verdict } of findFull(run)) {
        const matched = [{ rule: ref, verdict, isUndecidable: false }];
        reporter.add({ run, kind: 'run', verdict, isFlip: false, matched, becomes: verdict });
        if (wantsRows()) onRow(toRunRow(run, ref, verdict));
      }
    },
    call(run, recorded) {
      const { earlier, args, hasFailed } = recorded;
      if (!isInScope(run.agentId)) {
        if (earlier.verdict !== 'block') usage.count(run, recorded);
        return;
      }
      const call = toCall(recorded, readsContext ? toContext(run, recorded.kind, usage.contextOf(run)) : undefined);
      if (judge({ run, call, recorded, earlier, isCompared: true }) === 'block') return;
      usage.count(run, recorded);
      pasts.record(run, { call, args, hasFailed });
    },
    endTree(runs) {
      const covered = runs.filter(({ agentId }) => isInScope(agentId));
      for (const run of covered)
        for (const kind of endings)
          if (hasEnding(run, kind)) judge(toEnding(run, kind, toContext(run, kind, usage.contextOf(run))));
      reporter.endTree(covered.length);
      usage.endTree();
      pasts.endTree();
    },
    finish: reporter.finish,
  };
}

type Parts = ReturnType<typeof prepare>;

function prepare({ ir, findBudget = () => undefined }: SimulationOptions) {
  const rules = toNamedRules(ir);
  const limits = rules.flatMap(({ ref, rule }) => (rule.kind === 'limits' ? [{ ref, per: rule.per }] : []));
  const places = rules.flatMap(({ ref, rule }) => (rule.kind === 'concurrency' ? [{ ref, rule }] : []));
  const engine = createEngine({ policies: [{ ...ir, rules: ir.rules.map(toEnforced) }] });
  return {
    ...{ rules, engine, reporter: createReporter(rules), pasts: createPasts(engine, rules) },
    ...{ usage: createUsageCounter(limits, findBudget), findFull: createPlaces(places) },
  };
}

/** Makes what decides and reports a call, and says what becomes of it. */
function createJudging(
  { rules, engine, usage, pasts, reporter }: Parts,
  { findOpenBreakers, onRow, wantsRows = () => true }: SimulationOptions,
): (asked: Asked) => Verdict {
  const isUndecidable = createDoubt(rules, pasts.isGuess);
  const decide = ({ run, call, recorded }: Asked): Decision => {
    const past = pasts.of(run);
    const openBreakers = findOpenBreakers?.(run, call, recorded.startedMs);
    const situation: Situation = { at: recorded.startedMs, usage: usage.before(run, recorded) };
    if (past) situation.past = past;
    if (openBreakers) situation.openBreakers = openBreakers;
    return engine.decide(call, situation);
  };
  return (asked) => {
    const { run, call, earlier, isCompared } = asked;
    const found = decide(asked).matched;
    if (found.length === 0 && earlier.verdict === earlier.others) {
      reporter.pass(run.agentId);
      return earlier.verdict;
    }
    const matched = found.map((match): Judged => {
      const { rule, verdict } = match;
      return { match, rule, verdict, isUndecidable: isUndecidable(match, asked) };
    });
    const verdict = toVerdict(matched);
    const becomes = verdict === 'undecidable' ? earlier.verdict : stricter(verdict, earlier.others);
    const isFlip = isCompared && becomes !== earlier.verdict;
    if (verdict === 'allow' && !isFlip) reporter.pass(run.agentId);
    else {
      reporter.add({ run, kind: call.kind as BacktestRow['kind'], verdict, isFlip, matched, becomes });
      if (wantsRows()) onRow(toRow(asked, { verdict, matched, isFlip }));
    }
    return becomes;
  };
}

type Ending = 'output' | 'task_end';

/** What ends of runs the policy asks about. */
const listEndings = ({ rules }: Ir): Ending[] =>
  (['output', 'task_end'] as const).filter((moment) =>
    rules.some((rule) => rule.kind === 'escalate' && rule.before === moment),
  );

const hasEnding = ({ id, rootId, status, taskId }: RecordedRun, kind: Ending): boolean =>
  id === rootId && status === 'ok' && (kind === 'output' || taskId !== null);

const toEnding = (run: RecordedRun, kind: Ending, ctx: Record<string, unknown>): Asked => ({
  ...{ run, call: { kind, name: '', ctx }, earlier: ALLOWED, isCompared: false },
  recorded: { seq: -1, key: '', startedMs: run.endedMs, durMs: 0, tokens: 0, costUsd: 0, args: NO_ARGS },
});

const toEnforced = (rule: Rule): Rule => ({ ...rule, mode: 'enforce' });

const toNamedRules = ({ policy: { name, version }, rules }: Ir): NamedRule[] =>
  rules.map((rule) => ({ ref: `${name}@${version}:${rule.id}`, rule, reads: findReads(rule) }));

/** The strictest verdict that is certain, unless one that is not would be stricter. */
function toVerdict(matched: readonly Judged[]): Verdict | 'undecidable' {
  let [certain, possible]: Verdict[] = ['allow', 'allow'];
  for (const { verdict, isUndecidable } of matched) {
    possible = stricter(verdict, possible ?? 'allow');
    if (!isUndecidable) certain = stricter(verdict, certain ?? 'allow');
  }
  return certain === possible ? (certain ?? 'allow') : 'undecidable';
}

/** Makes the test whether what a rule says rests on something that is not recorded. */
function createDoubt(rules: readonly NamedRule[], isGuess: (run: RecordedRun, ref: string) => boolean) {
  const byRef = new Map(rules.map((named) => [named.ref, named]));
  return (match: Match, { run, call, recorded }: Asked): boolean => {
    const named = byRef.get(match.rule);
    if (!named) return false;
    if (named.rule.kind === 'sequence' && isGuess(run, match.rule)) return true;
    if (!match.unknown) return false;
    const { args, ctx } = named.reads;
    const isUnsaid = ctx.has('confidence') && call.ctx?.confidence === HIDDEN;
    return (args && recorded.args.state !== 'exact') || ctx.has('risk') || isUnsaid;
  };
}

/** What was known of a run. Of its confidence only the last is recorded, of its risk nothing. */
function toContext(run: RecordedRun, kind: Call['kind'], used: Record<string, unknown>): Record<string, unknown> {
  const confidence = kind === 'tool' || kind === 'model' ? HIDDEN : run.confidence;
  return { ...used, risk: HIDDEN, ...(run.confidence === null ? {} : { confidence }) };
}

function toCall({ kind, name, args, reads, writes }: RecordedCall, ctx: Call['ctx'] | undefined): Call {
  const call: Call = { kind, name, args: toVisible(args) };
  if (ctx) call.ctx = ctx;
  if (reads || writes) call.stores = { ...(reads ? { read: reads } : {}), ...(writes ? { write: writes } : {}) };
  return call;
}

interface Found {
  verdict: Verdict | 'undecidable';
  matched: readonly Judged[];
  isFlip: boolean;
}

// Often as many as calls: written out, because spreading would cost more than the decision.
function toRow({ run, call, recorded, earlier }: Asked, { verdict, matched, isFlip }: Found): BacktestRow {
  const match = findDeciding(matched, verdict)?.match;
  return {
    run_id: run.id,
    agent_id: run.agentId,
    seq: recorded.seq,
    key: recorded.key,
    kind: call.kind as BacktestRow['kind'], // calls of stores are never made here
    name: call.name,
    at: new Date(recorded.startedMs).toISOString(),
    verdict,
    rule: match?.rule ?? null,
    code: match?.code ?? null,
    failed: match?.failed ?? [],
    was: earlier.verdict,
    is_flip: isFlip,
    run_status: run.status,
  };
}

const findDeciding = (matched: readonly Judged[], verdict: Found['verdict']): Judged | undefined =>
  matched.find(({ isUndecidable, ...one }) =>
    verdict === 'undecidable' ? isUndecidable : !isUndecidable && one.verdict === verdict,
  );

const toRunRow = (run: RecordedRun, rule: string, verdict: 'block' | 'warn'): BacktestRow => ({
  ...{ run_id: run.id, agent_id: run.agentId, seq: -1, key: '', kind: 'run', name: '' },
  ...{ at: new Date(run.startedMs).toISOString(), verdict, rule, code: 'concurrency', failed: [] },
  ...{ was: 'allow', is_flip: false, run_status: run.status },
});
