import { mergeHistograms, quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { ObservedEdge } from './edges/edge-sums.store.ts';
import type { EdgeStatus, GraphEdge, GraphNode } from './graph.schema.ts';
import type { AgentRow, FigureRow, KnownEdge } from './graph.store.ts';

/** What an edge is compared with while nothing is known of it. */
const USUAL_ATTEMPTS = 1.1;
const MIN_CALLS_RED = 20;
const MIN_CALLS = 5;
const RED_ERRORS = 0.15;
const AMBER_ERRORS = 0.05;
const TIMES_USUAL = 2;
const UNUSED_MS = 14 * 86_400_000;
/** A live edge that nobody declared goes after so long without a call. */
const LIVE_MS = 15 * 60_000;

/** What a graph is made from. */
export interface GraphFacts {
  at: Date;
  /** Minutes between the first bucket and `at`. */
  minutes: number;
  agents: readonly AgentRow[];
  figures: readonly FigureRow[];
  /** By agent; undefined in the past. */
  active: ReadonlyMap<string | null, number> | undefined;
  observed: readonly ObservedEdge[];
  known: readonly KnownEdge[];
  anomalies: ReadonlyMap<string, number>;
}

export const edgeId = (from: string, to: string): string => `${from}>${to}`;

export const toP95Ms = (durations: FigureRow['durations']): number | null => {
  const us = quantile(mergeHistograms(durations), 0.95);
  return us === null ? null : us / 1_000;
};

/** Agents as nodes, without what their callers make of them. */
export function toNodes({ agents, figures, active, minutes, anomalies }: GraphFacts): GraphNode[] {
  const figuresOf = new Map(figures.map((row) => [row.agent_id, row]));
  return agents.map((agent) => {
    const own = figuresOf.get(agent.id);
    return {
      ...{ id: agent.id, kind: 'agent' as const, slug: agent.slug, type: agent.type, board_id: agent.board_id },
      ...{ health: agent.health, reasons: agent.reasons, impact: { upstream_at_risk: [], eta_s: null } },
      ...{ control_state: agent.control_state, max_concurrency: agent.max_concurrency, version: agent.version },
      active_runs: active ? (active.get(agent.id) ?? 0) : null,
      runs_per_min: (own?.started ?? 0) / minutes,
      error_rate: own && own.ended > 0 ? own.failed / own.ended : null,
      p95_ms: own ? toP95Ms(own.durations) : null,
      tokens_per_min: (own?.tokens ?? 0) / minutes,
      cost_per_hour: ((own?.cost_usd ?? 0) / minutes) * 60,
      breaker: agent.breaker ?? 'closed',
      anomalies: anomalies.get(agent.id) ?? 0,
      members: 1,
    };
  });
}

/** Declared and observed calls between agents as edges. One that nobody declared vanishes when it is not used. */
export function toEdges({ at, minutes, agents, figures, observed, known }: GraphFacts): GraphEdge[] {
  const agentOf = new Map(agents.map((agent) => [agent.id, agent]));
  const figuresOf = new Map(figures.map((row) => [row.agent_id, row]));
  const knownOf = new Map(known.map((edge) => [edgeId(edge.from_agent_id, edge.to_agent_id), edge]));
  const seenOf = new Map(observed.map((edge) => [edgeId(edge.parent_agent_id, edge.child_agent_id), edge]));
  const ids = new Set([...seenOf.keys(), ...known.filter((edge) => isShown(edge, at)).map(idOfKnown)]);
  return [...ids].flatMap((id) => {
    const [from = '', to = ''] = id.split('>');
    const callee = agentOf.get(to);
    if (!callee || !agentOf.has(from)) return [];
    const calls = { seen: seenOf.get(id), known: knownOf.get(id), callerMs: figuresOf.get(from)?.total_ms ?? 0 };
    return [toEdge({ from, to }, { ...calls, at, minutes, breaker: callee.breaker })];
  });
}

const idOfKnown = ({ from_agent_id, to_agent_id }: KnownEdge): string => edgeId(from_agent_id, to_agent_id);

const ageMs = ({ last_seen_at }: Pick<KnownEdge, 'last_seen_at'>, at: Date): number =>
  last_seen_at === null ? Number.POSITIVE_INFINITY : at.getTime() - Date.parse(last_seen_at);

const isShown = (edge: KnownEdge, at: Date): boolean => edge.is_declared || ageMs(edge, at) < LIVE_MS;

interface Calls {
  at: Date;
  minutes: number;
  seen: ObservedEdge | undefined;
  known: KnownEdge | undefined;
  callerMs: number;
  breaker: AgentRow['breaker'];
}

const NOT_SEEN = { calls: 0, errors: 0, attempts: 0, total_ms: 0, p95_ms: null };
const NOT_KNOWN = { is_declared: false, last_seen_at: null, base_attempts: null, base_p95_ms: null };

function toEdge(ends: { from: string; to: string }, { at, minutes, seen, known, callerMs, breaker }: Calls): GraphEdge {
  const { calls, errors, attempts, total_ms, p95_ms } = seen ?? NOT_SEEN;
  const { is_declared, last_seen_at, base_attempts, base_p95_ms } = known ?? NOT_KNOWN;
  const figures = {
    ...{ calls, errors, p95_ms, base_p95_ms, base_attempts: base_attempts ?? USUAL_ATTEMPTS },
    attempts_per_call: calls > 0 ? attempts / calls : null,
  };
  return {
    id: edgeId(ends.from, ends.to),
    ...ends,
    provenance: toProvenance(is_declared, calls > 0 || last_seen_at !== null),
    is_unused: is_declared && calls === 0 && ageMs({ last_seen_at }, at) > UNUSED_MS,
    in_cycle: false,
    ...figures,
    per_min: (2 * calls) / minutes,
    share: calls > 0 && callerMs > 0 ? Math.min(1, total_ms / callerMs) : null,
    status: toStatus(figures, breaker),
    last_seen_at,
  };
}

function toProvenance(isDeclared: boolean, isSeen: boolean): GraphEdge['provenance'] {
  if (!isDeclared) return 'observed';
  return isSeen ? 'both' : 'declared';
}

type Judged = Pick<GraphEdge, 'calls' | 'errors' | 'attempts_per_call' | 'base_attempts' | 'p95_ms' | 'base_p95_ms'>;

/** The colour of an edge: by errors, by the breaker of the callee, and against what is usual on it. */
export function toStatus(edge: Judged, breaker: AgentRow['breaker']): EdgeStatus {
  const { calls, errors, attempts_per_call, base_attempts, p95_ms, base_p95_ms } = edge;
  if (breaker === 'open') return 'red';
  if (calls === 0) return 'grey';
  const errorRate = errors / calls;
  if (calls >= MIN_CALLS_RED && errorRate >= RED_ERRORS) return 'red';
  if (calls < MIN_CALLS) return 'green';
  const isOff = isFarAbove(attempts_per_call, base_attempts) || isFarAbove(p95_ms, base_p95_ms);
  return errorRate >= AMBER_ERRORS || isOff ? 'amber' : 'green';
}

const isFarAbove = (value: number | null, usual: number | null): boolean =>
  value !== null && usual !== null && value >= TIMES_USUAL * usual;
