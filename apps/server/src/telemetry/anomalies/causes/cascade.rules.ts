/** Calls from one agent to another over a span. */
export interface EdgeSums {
  parent_agent_id: string;
  child_agent_id: string;
  calls: number;
  errors: number;
  attempts: number;
  /** Milliseconds of all calls together. */
  total_ms: number;
}

export interface CascadeFacts {
  /** Calls between agents now, and as they usually are. */
  now: readonly EdgeSums[];
  usual: readonly EdgeSums[];
  /** Milliseconds that a run of the agent takes longer than usual, and how many runs there were. */
  extraMs: number;
  runs: number;
  usualRuns: number;
}

interface Cause {
  kind: 'retry_amplification' | 'slow_agent' | 'failing_agent';
  agentId: string;
  /** Of the extra time, 0 to 1; null where time does not tell. */
  share: number | null;
  /** From the agent down to the cause. */
  path: string[];
}

/** The part of the extra time that one callee must have to be behind it. */
const MIN_SHARE = 0.5;
const MAX_DEPTH = 8;
const RETRY_RATIO = 2;

/** Follows the extra time of an agent down its calls, as long as one callee has most of it; undefined when it is its own. */
export function findCause(agentId: string, facts: CascadeFacts): Cause | undefined {
  const usual = new Map(facts.usual.map((edge) => [edgeKey(edge), edge]));
  const path = [agentId];
  let last: { edge: EdgeSums; share: number } | undefined;
  let [extraMs, runs, usualRuns] = [facts.extraMs, facts.runs, facts.usualRuns];
  while (path.length <= MAX_DEPTH) {
    const next = findHeaviest(path, facts.now, { usual, extraMs, runs, usualRuns });
    if (!next) break;
    last = { edge: next.edge, share: (last?.share ?? 1) * Math.min(1, next.share) };
    path.push(next.edge.child_agent_id);
    const before = usual.get(edgeKey(next.edge));
    extraMs = next.edge.total_ms / next.edge.calls - (before ? before.total_ms / Math.max(1, before.calls) : 0);
    [runs, usualRuns] = [next.edge.calls, before?.calls ?? 0];
  }
  if (!last) return undefined;
  return {
    kind: classify(last.edge, usual.get(edgeKey(last.edge))),
    agentId: last.edge.child_agent_id,
    share: last.share,
    path,
  };
}

const edgeKey = ({ parent_agent_id, child_agent_id }: EdgeSums): string => `${parent_agent_id} ${child_agent_id}`;

interface Before {
  usual: ReadonlyMap<string, EdgeSums>;
  extraMs: number;
  runs: number;
  usualRuns: number;
}

function findHeaviest(path: readonly string[], now: readonly EdgeSums[], { usual, extraMs, runs, usualRuns }: Before) {
  const shares = now
    .filter(
      ({ parent_agent_id, child_agent_id, calls }) =>
        parent_agent_id === path.at(-1) && !path.includes(child_agent_id) && calls > 0,
    )
    .map((edge) => {
      const before = usual.get(edgeKey(edge));
      const moreMs = edge.total_ms / Math.max(1, runs) - (before ? before.total_ms / Math.max(1, usualRuns) : 0);
      return { edge, share: extraMs > 0 ? moreMs / extraMs : 0 };
    })
    .sort((a, b) => b.share - a.share);
  const [heaviest] = shares;
  return heaviest && heaviest.share >= MIN_SHARE ? heaviest : undefined;
}

function classify(now: EdgeSums, usual: EdgeSums | undefined): Cause['kind'] {
  const attempts = (edge: EdgeSums) => edge.attempts / Math.max(1, edge.calls);
  if (usual && attempts(now) >= RETRY_RATIO * attempts(usual)) return 'retry_amplification';
  const errors = now.errors / Math.max(1, now.calls);
  const usualErrors = usual ? usual.errors / Math.max(1, usual.calls) : 0;
  return errors >= usualErrors + 0.1 ? 'failing_agent' : 'slow_agent';
}
