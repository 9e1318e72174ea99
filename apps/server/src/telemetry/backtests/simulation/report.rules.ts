import type { Match, Rule, Verdict } from '@mission-control/policy/evaluate';
import type { RecordedCall, RecordedRun } from './recorded.ts';

export interface Tally {
  block: number;
  approve: number;
  warn: number;
  /** What cannot be told: what the rule reads was redacted, not kept, or is not recorded. Never counted as passed. */
  undecidable: number;
}

const WORDS = { block: 'block', require_approval: 'approve', warn: 'warn' } as const;

export interface RuleTally extends Tally {
  rule: string;
  kind: Rule['kind'];
  line: number;
  runs: number;
  runs_succeeded: number;
}

export interface AgentTally extends Tally {
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
  row: BacktestRow;
  /** What each rule says by itself. */
  matched: readonly { rule: string; verdict: Verdict; isUndecidable: boolean }[];
  becomes: Verdict;
}

export interface Reporter {
  /** A call about which nothing is to be said. */
  pass(agentId: string | null): void;
  add(outcome: Outcome): void;
  /** Ends a tree of runs; its runs are counted. */
  endTree(runs: number): void;
  finish(): BacktestReport;
}

const noTally = (): Tally => ({ block: 0, approve: 0, warn: 0, undecidable: 0 });

const isHit = (verdict: Verdict): boolean => verdict === 'block' || verdict === 'require_approval';

/** Adds up outcomes; what it keeps grows with rules and agents only. */
export function createReporter(rules: readonly { ref: string; rule: Rule }[]): Reporter {
  const total = { ...noTally(), runs: 0, calls: 0, flips: 0, runs_hit: 0, runs_hit_succeeded: 0 };
  const flipsTo = { allow: 0, warn: 0, approve: 0, block: 0 };
  const agents = new Map<string | null, AgentTally>();
  const perRule = new Map(
    rules.map(({ ref, rule: { kind, line } }): [string, RuleTally] => [
      ref,
      { rule: ref, kind, line, ...noTally(), runs: 0, runs_succeeded: 0 },
    ]),
  );
  const hitRuns = new Map<string, RecordedRun>();
  const hitBy = new Map<string, Set<string>>();

  const agentOf = (agentId: string | null): AgentTally => {
    const known = agents.get(agentId);
    if (known) return known;
    const tally = { agent_id: agentId ?? '', calls: 0, ...noTally(), flips: 0 };
    agents.set(agentId, tally);
    return tally;
  };
  const markRun = (run: RecordedRun, rule: string | undefined) => {
    hitRuns.set(run.id, run);
    if (rule === undefined) return;
    const hits = hitBy.get(rule) ?? new Set();
    hitBy.set(rule, hits.add(run.id));
  };
  return {
    pass(agentId) {
      total.calls++;
      agentOf(agentId).calls++;
    },
    add({ run, row, matched, becomes }) {
      const agent = agentOf(row.agent_id);
      if (row.kind !== 'run') {
        total.calls++;
        agent.calls++;
      }
      const word = row.verdict === 'undecidable' ? 'undecidable' : row.verdict === 'allow' ? undefined : WORDS[row.verdict];
      if (word) {
        total[word]++;
        agent[word]++;
      }
      if (row.is_flip) {
        total.flips++;
        agent.flips++;
        flipsTo[becomes === 'allow' ? 'allow' : WORDS[becomes]]++;
      }
      if (row.verdict !== 'undecidable' && isHit(row.verdict)) markRun(run, undefined);
      for (const { rule, verdict, isUndecidable } of matched) {
        const tally = perRule.get(rule);
        if (!tally || verdict === 'allow') continue;
        tally[isUndecidable ? 'undecidable' : WORDS[verdict]]++;
        if (!isUndecidable && isHit(verdict)) markRun(run, rule);
      }
    },
    endTree(runs) {
      total.runs += runs;
      total.runs_hit += hitRuns.size;
      for (const { status } of hitRuns.values()) if (status === 'ok') total.runs_hit_succeeded++;
      for (const [rule, ids] of hitBy) {
        const tally = perRule.get(rule);
        if (!tally) continue;
        tally.runs += ids.size;
        for (const id of ids) if (hitRuns.get(id)?.status === 'ok') tally.runs_succeeded++;
      }
      hitRuns.clear();
      hitBy.clear();
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
