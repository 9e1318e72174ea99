import type { GraphEdge, GraphNode, GraphQuery } from '../graph.schema.ts';

/** Nodes and the edges between them. */
export interface Parts {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
}

const MAX_NODES = 500;
const MAX_EDGES = 2_000;

/** Only what is asked for: a board or a type with its neighbours, or what is near a root. */
export function narrow({ nodes, edges }: Parts, { board_id, agent_type, root, depth }: GraphQuery): Parts {
  if (root !== undefined) return keep({ nodes, edges }, findNear(root, depth, edges));
  if (board_id === undefined && agent_type === undefined) return { nodes, edges };
  const own = nodes.filter(
    (node) =>
      (board_id === undefined || node.board_id === board_id) && (agent_type === undefined || node.type === agent_type),
  );
  const ids = new Set(own.map(({ id }) => id));
  const near = edges.filter(({ from, to }) => ids.has(from) || ids.has(to));
  return keep({ nodes, edges: near }, new Set([...ids, ...near.flatMap(({ from, to }) => [from, to])]));
}

const keep = ({ nodes, edges }: Parts, ids: ReadonlySet<string>): Parts => ({
  nodes: nodes.filter(({ id }) => ids.has(id)),
  edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
});

/** What is at most so many calls away, following calls either way but never back and forth. */
function findNear(root: string, depth: number, edges: readonly GraphEdge[]): Set<string> {
  const near = new Set([root]);
  for (const [end, other] of [['from', 'to'] as const, ['to', 'from'] as const]) {
    let ring = new Set([root]);
    for (let distance = 0; distance < depth && ring.size > 0; distance++) {
      const next = edges.filter((edge) => ring.has(edge[end])).map((edge) => edge[other]);
      ring = new Set(next.filter((id) => !near.has(id)));
      for (const id of ring) near.add(id);
    }
  }
  return near;
}

/** As many as can be drawn, those with calls first. */
export function limit({ nodes, edges }: Parts): Parts & { truncated: boolean } {
  if (nodes.length <= MAX_NODES && edges.length <= MAX_EDGES) return { nodes, edges, truncated: false };
  const busiest = edges.toSorted((a, b) => b.calls - a.calls).slice(0, MAX_EDGES);
  const linked = new Set(busiest.flatMap(({ from, to }) => [from, to]));
  const kept = [...nodes.filter(({ id }) => linked.has(id)), ...nodes.filter(({ id }) => !linked.has(id))];
  const ids = new Set(kept.slice(0, MAX_NODES).map(({ id }) => id));
  return { ...keep({ nodes, edges: busiest }, ids), truncated: true };
}

const WORST = ['grey', 'green', 'amber', 'red'] as const;
const worse = <T extends (typeof WORST)[number]>(a: T, b: T): T => (WORST.indexOf(a) >= WORST.indexOf(b) ? a : b);

/** Puts several nodes into one: `toGroup` gives the node that stands for a node, itself when it stays. */
export function collapse({ nodes, edges }: Parts, toGroup: (node: GraphNode) => GraphNode): Parts {
  const standIn = new Map<string, string>();
  const kept = new Map<string, GraphNode>();
  for (const node of nodes) {
    const group = toGroup(node);
    standIn.set(node.id, group.id);
    const known = kept.get(group.id);
    kept.set(group.id, known ? addNode(known, group) : group);
  }
  const joined = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const [from = edge.from, to = edge.to] = [standIn.get(edge.from), standIn.get(edge.to)];
    if (from === to) continue;
    const id = `${from}>${to}`;
    const known = joined.get(id);
    joined.set(id, known ? addEdge(known, edge) : { ...edge, id, from, to });
  }
  return { nodes: [...kept.values()], edges: [...joined.values()] };
}

const max = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));

const addNode = (a: GraphNode, b: GraphNode): GraphNode => ({
  ...a,
  health: worse(a.health, b.health),
  active_runs: a.active_runs === null ? null : a.active_runs + (b.active_runs ?? 0),
  runs_per_min: a.runs_per_min + b.runs_per_min,
  error_rate: max(a.error_rate, b.error_rate),
  p95_ms: max(a.p95_ms, b.p95_ms),
  tokens_per_min: a.tokens_per_min + b.tokens_per_min,
  cost_per_hour: a.cost_per_hour + b.cost_per_hour,
  anomalies: a.anomalies + b.anomalies,
  members: a.members + b.members,
});

const addEdge = (a: GraphEdge, b: GraphEdge): GraphEdge => ({
  ...a,
  provenance: a.provenance === b.provenance ? a.provenance : 'both',
  is_unused: a.is_unused && b.is_unused,
  calls: a.calls + b.calls,
  per_min: a.per_min + b.per_min,
  errors: a.errors + b.errors,
  attempts_per_call: max(a.attempts_per_call, b.attempts_per_call),
  p95_ms: max(a.p95_ms, b.p95_ms),
  share: max(a.share, b.share),
  status: worse(a.status, b.status),
  last_seen_at:
    [a.last_seen_at, b.last_seen_at]
      .filter((at) => at !== null)
      .toSorted()
      .at(-1) ?? null,
});

/** A node that stands for others: no name but that of the group, no reasons. */
export const toStandIn = (node: GraphNode, given: Pick<GraphNode, 'id' | 'kind' | 'slug'>): GraphNode => ({
  ...node,
  ...given,
  type: null,
  board_id: null,
  reasons: [],
  impact: { upstream_at_risk: [], eta_s: null },
  control_state: null,
  max_concurrency: null,
  version: null,
  breaker: 'closed',
});
