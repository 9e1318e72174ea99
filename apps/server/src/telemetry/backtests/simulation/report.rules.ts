import type { Match, Rule, Verdict } from '@mission-control/policy/evaluate';
import type { RecordedCall, RecordedRun } from './recorded.rules.ts';

interface Tally {
  block: number;
  approve: number;
  warn: number;
  /** What cannot be told: what the rule reads was redacted, not kept, or is not recorded. Never counted as passed. */
  undecidable: number;
}

const WORDS = { block: 'block', require_approval: 'approve', warn: 'warn' } as const;

interface RuleTally extends Tally {
  rule: string;
  kind: Rule['kind'];
  line: number;
  runs: number;
  runs_succeeded: number;
}

interface AgentTally extends Tally {
  agent_id: string;
  calls: number;
  flips: number;
}

/** What a back-test found. */
export interface BacktestReport {
  runs: number;
  calls: number;
  would_block: number;
  would_approve: number;
  would_warn: number;
  undecidable: number;
  /** Calls of which the policy, beside all others, says something else than was decided then. */
  flips: number;
  flips_to: { allow: number; warn: number; approve: number; block: number };
  /** Runs with a call that would have been blocked or asked about. */
  runs_hit: number;
  /** Those of them that had succeeded: candidates for a rule that is too strict. */
  runs_hit_succeeded: number;
  per_rule: RuleTally[];
  per_agent: AgentTally[];
}

/** One call that the policy would have done something about, or of which that cannot be told. */
export interface BacktestRow {
  run_id: string;
  agent_id: string | null;
  seq: number;
  key: string;
  kind: RecordedCall['kind'] | 'output' | 'task_end' | 'run';
  name: string;
  at: string;
  verdict: Verdict | 'undecidable';
  rule: string | null;
  code: string | null;
  failed: Match['failed'];
  was: Verdict;
  /** Whether the outcome is another one than then. */
  is_flip: boolean;
  run_status: string;
}

/** What the simulation says of one call. */
export interface Outcome {
  run: RecordedRun;
  kind: BacktestRow['kind'];
  verdict: BacktestRow['verdict'];
  isFlip: boolean;
  /** What each rule says by itself. */
  matched: readonly { rule: string; verdict: Verdict; isUndecidable: boolean }[];
  becomes: Verdict;
}

interface Reporter {
  /** A call about which nothing is to be said. */
  pass(agentId: string | null): void;
  add(outcome: Outcome): void;
  /** Ends a tree of runs; its runs are counted. */
  endTree(runs: number): void;
  finish(): BacktestReport;
}

const noTally = (): Tally => ({ block: 0, approve: 0, warn: 0, undecidable: 0 });

const isHit = (verdict: Verdict): boolean => verdict === 'block' || verdict === 'require_approval';

/** The word of a tally for what is said of a call; undefined for what passes. */
const toWord = (verdict: BacktestRow['verdict']): keyof Tally | undefined => {
  if (verdict === 'allow') return undefined;
  return verdict === 'undecidable' ? verdict : WORDS[verdict];
};

/** Which runs of the tree were hit, and by which rules. */
function createHits(perRule: ReadonlyMap<string, RuleTally>) {
  const all = new Map<string, RecordedRun>();
  const byRule = new Map<string, Map<string, RecordedRun>>();
  const countSucceeded = (runs: ReadonlyMap<string, RecordedRun>): number =>
    [...runs.values()].filter(({ status }) => status === 'ok').length;
  return {
    mark(run: RecordedRun, rule: string) {
      all.set(run.id, run);
      const runs = byRule.get(rule) ?? new Map<string, RecordedRun>();
      byRule.set(rule, runs.set(run.id, run));
    },
    /** Adds the tree's to the sums and begins anew. */
    settle(total: { runs_hit: number; runs_hit_succeeded: number }) {
      total.runs_hit += all.size;
      total.runs_hit_succeeded += countSucceeded(all);
      for (const [rule, runs] of byRule) {
        const tally = perRule.get(rule);
        if (!tally) continue;
        tally.runs += runs.size;
        tally.runs_succeeded += countSucceeded(runs);
      }
      all.clear();
      byRule.clear();
    },
  };
}

interface NamedRule {
  ref: string;
  rule: Pick<Rule, 'kind' | 'line'>;
}

const toRuleTallies = (rules: readonly NamedRule[]): Map<string, RuleTally> =>
  new Map(
    rules.map(({ ref, rule: { kind, line } }) => [
      ref,
      { rule: ref, kind, line, ...noTally(), runs: 0, runs_succeeded: 0 },
    ]),
  );

/** Adds up outcomes; what it keeps grows with rules and agents only. */
export function createReporter(rules: readonly NamedRule[]): Reporter {
  const total = { ...noTally(), runs: 0, calls: 0, flips: 0, runs_hit: 0, runs_hit_succeeded: 0 };
  const flipsTo = { allow: 0, warn: 0, approve: 0, block: 0 };
  const agents = new Map<string | null, AgentTally>();
  const perRule = toRuleTallies(rules);
  const hits = createHits(perRule);

  const agentOf = (agentId: string | null): AgentTally => {
    const known = agents.get(agentId);
    if (known) return known;
    const tally = { agent_id: agentId ?? '', calls: 0, ...noTally(), flips: 0 };
    agents.set(agentId, tally);
    return tally;
  };
  const countMatched = ({ run, matched }: Outcome): void => {
    for (const { rule, verdict, isUndecidable } of matched) {
      const word = toWord(isUndecidable ? 'undecidable' : verdict);
      const tally = perRule.get(rule);
      if (word && tally) tally[word]++;
      if (!isUndecidable && isHit(verdict)) hits.mark(run, rule);
    }
  };
  return {
    pass(agentId) {
      total.calls++;
      agentOf(agentId).calls++;
    },
    add(outcome) {
      const { run, kind, verdict, isFlip, becomes } = outcome;
      const word = toWord(verdict);
      for (const sums of [total, agentOf(run.agentId)]) {
        sums.calls += Number(kind !== 'run');
        sums.flips += Number(isFlip);
        if (word) sums[word]++;
      }
      if (isFlip) flipsTo[becomes === 'allow' ? 'allow' : WORDS[becomes]]++;
      countMatched(outcome);
    },
    endTree(runs) {
      total.runs += runs;
      hits.settle(total);
    },
    finish() {
      const { block, approve, warn, undecidable, runs, calls, flips, runs_hit, runs_hit_succeeded } = total;
      return {
        ...{ runs, calls, would_block: block, would_approve: approve, would_warn: warn, undecidable },
        ...{ flips, flips_to: flipsTo, runs_hit, runs_hit_succeeded },
        per_rule: [...perRule.values()],
        per_agent: [...agents.entries()].flatMap(([id, tally]) => (id === null ? [] : [tally])),
      };
    },
  };
}
