import type { LimitsIr, Usage } from '@mission-control/policy/evaluate';
import type { RecordedCall, RecordedRun } from './recorded.rules.ts';

/** What an agent used of its hourly or daily limits, as the rollups tell to the minute. */
export type FindBudget = (ref: string, agentId: string, atMs: number) => Usage | undefined;

interface UsageCounter {
  /** What was used of each limit when a call began. */
  before(
    run: RecordedRun,
    call: Pick<RecordedCall, 'startedMs' | 'tokens' | 'costUsd' | 'durMs'>,
  ): ReadonlyMap<string, Usage>;
  /** What is known of the run then. */
  contextOf(run: RecordedRun): { tokens: number; cost_usd: number; tool_calls: number };
  /** Counts what a call used. */
  count(run: RecordedRun, call: RecordedCall): void;
  endTree(): void;
}

interface Counters {
  tokens: number;
  cost_usd: number;
  tool_calls: number;
  llm_calls: number;
}

const noCounters = (): Counters => ({ tokens: 0, cost_usd: 0, tool_calls: 0, llm_calls: 0 });

function getOrMake(counters: Map<string, Counters>, key: string): Counters {
  const known = counters.get(key);
  if (known) return known;
  const made = noCounters();
  counters.set(key, made);
  return made;
}

type NamedLimit = Pick<LimitsIr, 'per'> & { ref: string };

/**
 * Counts what runs use. `per: run` is tokens and cost of the whole tree, calls and time of the run itself; `per: task`
 * all runs of the task in the range; `per: step` the step itself; hours and days are those of the rollups.
 */
export function createUsageCounter(limits: readonly NamedLimit[], findBudget: FindBudget): UsageCounter {
  const runs = new Map<string, Counters>();
  const tasks = new Map<string, Counters>();
  const hasTasks = limits.some(({ per }) => per === 'task');
  const usage = new Map<string, Usage>();
  let tree = noCounters();

  /** Tokens and cost of the tree or the task, calls and time of the run itself. */
  const toUsage = (run: RecordedRun, atMs: number, { tokens, cost_usd }: Counters): Usage => {
    const { tool_calls, llm_calls } = getOrMake(runs, run.id);
    return { tokens, cost_usd, tool_calls, llm_calls, duration_ms: atMs - run.startedMs };
  };
  const sharedBy = ({ taskId }: RecordedRun): Counters => (taskId === null ? tree : getOrMake(tasks, taskId));
  return {
    before(run, { startedMs, tokens, costUsd, durMs }) {
      for (const { ref, per } of limits) {
        if (per === 'run') usage.set(ref, toUsage(run, startedMs, tree));
        else if (per === 'task') usage.set(ref, toUsage(run, startedMs, sharedBy(run)));
        else if (per === 'step') usage.set(ref, { tokens, cost_usd: costUsd, duration_ms: durMs });
        else usage.set(ref, (run.agentId !== null && findBudget(ref, run.agentId, startedMs)) || {});
      }
      return usage;
    },
    contextOf(run) {
      const { tokens, cost_usd } = tree;
      return { tokens, cost_usd, tool_calls: getOrMake(runs, run.id).tool_calls };
    },
    count(run, { kind, tokens, costUsd }) {
      const shared = hasTasks && run.taskId !== null ? [tree, sharedBy(run)] : [tree];
      for (const counters of shared) {
        counters.tokens += tokens;
        counters.cost_usd += costUsd;
      }
      const own = getOrMake(runs, run.id);
      if (kind === 'tool') own.tool_calls++;
      else own.llm_calls++;
    },
    endTree() {
      runs.clear();
      tree = noCounters();
    },
  };
}
