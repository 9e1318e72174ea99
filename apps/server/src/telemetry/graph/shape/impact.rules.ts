import type { GraphEdge, GraphNode, SlowSpot } from '../graph.schema.ts';
import type { FigureRow } from '../graph.store.ts';

/** A caller that spends this share of its time in a call waits for the callee. */
const WAITING_SHARE = 0.3;
const MAX_SPOTS = 5;

const isTroubled = ({ health }: GraphNode): boolean => health === 'red' || health === 'amber';

const groupBy = (edges: readonly GraphEdge[], end: 'from' | 'to'): Map<string, GraphEdge[]> => {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const group = groups.get(edge[end]);
    if (group) group.push(edge);
    else groups.set(edge[end], [edge]);
  }
  return groups;
};

/** The edges by which trouble of a node reaches its callers and theirs, nearest first. A cycle is walked once. */
function walkUp(nodeId: string, edgesTo: ReadonlyMap<string, GraphEdge[]>): GraphEdge[] {
  const reached = new Set([nodeId]);
  const walked: GraphEdge[] = [];
  const waiting = [nodeId];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
    for (const edge of edgesTo.get(id) ?? []) {
      if ((edge.share ?? 0) < WAITING_SHARE || reached.has(edge.from)) continue;
      reached.add(edge.from);
      walked.push(edge);
      waiting.push(edge.from);
    }
  return walked;
}

/** Gives each red or amber node the callers that wait for it, and when the first of them is full. */
export function addImpact(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  figures: readonly FigureRow[],
  windowS: number,
): GraphNode[] {
  const edgesTo = groupBy(edges, 'to');
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  const growthOf = new Map(figures.map(({ agent_id, started, ended }) => [agent_id, (started - ended) / windowS]));
  return nodes.map((node) => {
    if (!isTroubled(node)) return node;
    const upstream = walkUp(node.id, edgesTo).map(({ from }) => from);
    const etas = upstream.flatMap((id) => toEtaS(nodeOf.get(id), growthOf.get(id)) ?? []);
    return { ...node, impact: { upstream_at_risk: upstream, eta_s: etas.length > 0 ? Math.min(...etas) : null } };
  });
}

function toEtaS(node: GraphNode | undefined, growth = 0): number | undefined {
  if (!node || node.max_concurrency === null || node.active_runs === null || growth <= 0) return undefined;
  return Math.round(Math.max(0, node.max_concurrency - node.active_runs) / growth);
}

/** Where trouble begins: a troubled node none of whose own callees is troubled, worst and widest first. */
export function findSlow(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): SlowSpot[] {
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  const [edgesTo, edgesFrom] = [groupBy(edges, 'to'), groupBy(edges, 'from')];
  const calleeIsTroubled = ({ id }: GraphNode): boolean =>
    (edgesFrom.get(id) ?? []).some((edge) => {
      const callee = nodeOf.get(edge.to);
      return !edge.in_cycle && (edge.share ?? 0) >= WAITING_SHARE && callee !== undefined && isTroubled(callee);
    });
  return nodes
    .filter((node) => isTroubled(node) && !calleeIsTroubled(node))
    .toSorted((a, b) => weigh(b) - weigh(a))
    .slice(0, MAX_SPOTS)
    .map((node) => ({
      node_id: node.id,
      text: explain(node, nodeOf),
      edge_ids: walkUp(node.id, edgesTo).map(({ id }) => id),
    }));
}

const weigh = ({ health, impact }: GraphNode): number =>
  (health === 'red' ? 1_000 : 0) + impact.upstream_at_risk.length;

const nameOf = (node: GraphNode | undefined): string => node?.slug ?? 'an agent that you may not read';

function explain(node: GraphNode, nodeOf: ReadonlyMap<string, GraphNode>): string {
  const why = node.reasons.map(({ text }) => text).join(' ') || 'No reason is told.';
  const waiting = node.impact.upstream_at_risk.map((id) => nameOf(nodeOf.get(id)));
  const who =
    waiting.length > 3 ? `${waiting.slice(0, 3).join(', ')} and ${waiting.length - 3} more` : waiting.join(', ');
  const eta = node.impact.eta_s === null ? '' : ` The first is full in about ${toWords(node.impact.eta_s)}.`;
  return `${nameOf(node)} is ${node.health}: ${why}${who ? ` Waiting for it: ${who}.${eta}` : ''}`;
}

const toWords = (seconds: number): string => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);

/** Marks the edges that lie on a cycle: both ends reach each other. */
export function markCycles(edges: readonly GraphEdge[]): GraphEdge[] {
  const componentOf = findComponents(edges);
  return edges.map((edge) => ({ ...edge, in_cycle: componentOf.get(edge.from) === componentOf.get(edge.to) }));
}

/** The strongly connected component of each node (Kosaraju: forwards for the order, backwards for who belongs together). */
function findComponents(edges: readonly GraphEdge[]): Map<string, number> {
  const [edgesFrom, edgesTo] = [groupBy(edges, 'from'), groupBy(edges, 'to')];
  const order: string[] = [];
  const seen = new Set<string>();
  for (const id of edgesFrom.keys())
    visit(id, { seen, next: (at) => (edgesFrom.get(at) ?? []).map(({ to }) => to), leave: (at) => order.push(at) });
  const componentOf = new Map<string, number>();
  const placed = new Set<string>();
  for (const [component, id] of order.toReversed().entries())
    visit(id, {
      seen: placed,
      next: (at) => (edgesTo.get(at) ?? []).map(({ from }) => from),
      leave: (at) => componentOf.set(at, component),
    });
  return componentOf;
}

interface Walk {
  seen: Set<string>;
  next: (id: string) => string[];
  leave: (id: string) => void;
}

/** Depth first, without recursion: a chain may be as long as there are agents. */
function visit(start: string, { seen, next, leave }: Walk): void {
  if (seen.has(start)) return;
  seen.add(start);
  const path = [{ id: start, left: next(start) }];
  for (let step = path.at(-1); step; step = path.at(-1)) {
    const id = step.left.pop();
    if (id === undefined) {
      leave(step.id);
      path.pop();
    } else if (!seen.has(id)) {
      seen.add(id);
      path.push({ id, left: next(id) });
    }
  }
}
