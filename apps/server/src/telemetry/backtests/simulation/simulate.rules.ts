import {
  type Call,
  createEngine,
  type Decision,
  HIDDEN,
  type Ir,
  type Match,
  type Rule,
  type Verdict,
} from '@mission-control/policy/evaluate';
import { findReads, toVisible } from './arguments.rules.ts';
import { createPlaces } from './concurrency.rules.ts';
import { createPasts, type NamedRule } from './pasts.rules.ts';
import { type Earlier, type RecordedArgs, type RecordedCall, type RecordedRun, stricter } from './recorded.ts';
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
  /** Takes each row as it is found. */
  onRow: (row: BacktestRow) => void;
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
  /** Undefined where it was not recorded. */
  earlier: Earlier | undefined;
}

type Judged = Outcome['matched'][number] & { match: Match };

const NO_ARGS: RecordedArgs = Object.freeze({ state: 'exact' });

/** Makes a simulation of one policy. Pure: what it is fed in the same order is decided alike. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { ir, isInScope, onRow } = options;
  const parts = prepare(options);
  const { usage, pasts, reporter, rules, findFull } = parts;
  const judge = createJudging(parts, options);
  const readsContext = rules.some(({ reads }) => reads.ctx.size > 0);
  const endings = listEndings(ir);
  return {
    begin(run) {
      if (!isInScope(run.agentId)) return;
      for (const { ref, verdict } of findFull(run)) {
        const row = toRunRow(run, ref, verdict);
        reporter.add({ run, row, matched: [{ rule: ref, verdict, isUndecidable: false }], becomes: verdict });
        onRow(row);
      }
    },
    call(run, recorded) {
      const { earlier, args, hasFailed } = recorded;
      if (!isInScope(run.agentId)) {
        if (earlier.verdict !== 'block') usage.count(run, recorded);
        return;
      }
      const call = toCall(recorded, readsContext ? toContext(run, recorded.kind, usage.contextOf(run)) : undefined);
      if (judge({ run, call, recorded, earlier }) === 'block') return;
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
  { findOpenBreakers, onRow }: SimulationOptions,
): (asked: Asked) => Verdict {
  const isUndecidable = createDoubt(rules, pasts.isGuess);
  const decide = ({ run, call, recorded }: Asked): Decision => {
    const past = pasts.of(run);
    const openBreakers = findOpenBreakers?.(run, call, recorded.startedMs);
    return engine.decide(call, {
      ...{ at: recorded.startedMs, usage: usage.before(run, recorded) },
      ...(past ? { past } : {}),
      ...(openBreakers ? { openBreakers } : {}),
    });
  };
  return (asked) => {
    const { run, earlier } = asked;
    const matched = decide(asked).matched.map((match): Judged => {
      const { rule, verdict } = match;
      return { match, rule, verdict, isUndecidable: isUndecidable(match, asked) };
    });
    const verdict = toVerdict(matched);
    const others = earlier?.others ?? 'allow';
    const becomes = verdict === 'undecidable' ? (earlier?.verdict ?? 'allow') : stricter(verdict, others);
    const isFlip = earlier !== undefined && becomes !== earlier.verdict;
    if (verdict === 'allow' && !isFlip) reporter.pass(run.agentId);
    else {
      const row = toRow(asked, { verdict, matched, isFlip });
      reporter.add({ run, row, matched, becomes });
      onRow(row);
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
  ...{ run, call: { kind, name: '', ctx }, earlier: undefined },
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
  const stores = { ...(reads ? { read: reads } : {}), ...(writes ? { write: writes } : {}) };
  return {
    ...{ kind, name, args: toVisible(args) },
    ...(ctx ? { ctx } : {}),
    ...(reads || writes ? { stores } : {}),
  };
}

interface Found {
  verdict: Verdict | 'undecidable';
  matched: readonly Judged[];
  isFlip: boolean;
}

function toRow({ run, call, recorded, earlier }: Asked, { verdict, matched, isFlip }: Found): BacktestRow {
  const { match } = findDeciding(matched, verdict) ?? {};
  return {
    ...{ run_id: run.id, agent_id: run.agentId, seq: recorded.seq, key: recorded.key },
    ...{ kind: call.kind as BacktestRow['kind'], name: call.name, at: new Date(recorded.startedMs).toISOString() },
    ...{ verdict, rule: match?.rule ?? null, code: match?.code ?? null, failed: match?.failed ?? [] },
    ...{ was: earlier?.verdict ?? 'allow', is_flip: isFlip, run_status: run.status },
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
