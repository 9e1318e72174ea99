import { type Context, readTogether } from '#server/platform/context.ts';
import { countActiveRuns } from '../metrics/metrics.store.ts';
import { listObservedEdges } from './edges/edge-sums.store.ts';
import { toEdges, toNodes } from './graph.rules.ts';
import { type Graph, type GraphNode, type GraphQuery, WINDOW_MS } from './graph.schema.ts';
import {
  type AgentRow,
  listAgentRows,
  listFigureRows,
  listKnownEdges,
  listToolRows,
  type Span,
} from './graph.store.ts';
import { addImpact, findSlow, markCycles } from './shape/impact.rules.ts';
import { collapse, limit, narrow, type Parts, toStandIn } from './shape/narrow.rules.ts';
import { addTools } from './shape/tools.rules.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The buckets of a window that ends at an instant: the one that runs counts as the last. */
function toSpan(to: Date, windowMs: number): Span {
  const unitMs = windowMs > HOUR_MS ? HOUR_MS : MINUTE_MS;
  const end = to.getTime();
  const from = new Date(end - (end % unitMs) + unitMs - windowMs);
  return { from, to, table: unitMs === HOUR_MS ? 'rollup_1h' : 'rollup_1m' };
}

/** The agents that the caller may read and the calls between them; others stand as one node per board group. */
export async function readGraph(caller: Context, query: GraphQuery): Promise<Graph> {
  const at = query.at === undefined ? caller.now() : new Date(query.at);
  const span = toSpan(at, WINDOW_MS[query.window]);
  const read = await readTogether(caller, async (ctx) => {
    const [agents, figures, active, observed, known, tools] = await Promise.all([
      listAgentRows(ctx, at),
      listFigureRows(ctx, span),
      query.at === undefined ? countActiveRuns(ctx) : undefined,
      listObservedEdges(ctx.db, ctx.orgId, span),
      listKnownEdges(ctx),
      query.include === 'tools' ? listToolRows(ctx, span) : [],
    ]);
    return { agents, figures, active, observed, known, tools };
  });
  const minutes = Math.max(1, (at.getTime() - span.from.getTime()) / MINUTE_MS);
  const facts = { ...read, at, minutes, anomalies: new Map<string, number>() };
  const edges = markCycles(toEdges(facts));
  const nodes = addImpact(toNodes(facts), edges, read.figures, minutes * 60);
  const shown = hide({ nodes, edges }, read.agents);
  const slow = findSlow(shown.nodes, shown.edges);
  const withTools = addTools(narrow(shown, query), read.tools, minutes);
  const { truncated, ...parts } = limit(group(withTools, query.group_by));
  return {
    at: at.toISOString(),
    window_s: Math.round(minutes * 60),
    nodes: [...parts.nodes],
    edges: [...parts.edges],
    slow,
    truncated,
  };
}

/** What the caller may not read has no name, no reason and no place of its own. */
function hide({ nodes, edges }: Parts, agents: readonly AgentRow[]): Parts {
  const hidden = new Map(
    agents.filter(({ is_readable }) => !is_readable).map((agent) => [agent.id, agent.board_group_id]),
  );
  if (hidden.size === 0) return { nodes, edges };
  const nameOf = (id: string) => (hidden.has(id) ? `restricted:${hidden.get(id) ?? 'none'}` : id);
  const parts = collapse({ nodes, edges }, (node) =>
    hidden.has(node.id)
      ? toStandIn({ ...node, health: 'grey' }, { id: nameOf(node.id), kind: 'restricted', slug: null })
      : node,
  );
  const rename = ({ impact, ...node }: GraphNode): GraphNode => ({
    ...node,
    impact: { ...impact, upstream_at_risk: [...new Set(impact.upstream_at_risk.map(nameOf))] },
  });
  return { ...parts, nodes: parts.nodes.map(rename) };
}

function group(parts: Parts, by: GraphQuery['group_by']): Parts {
  if (by === undefined) return parts;
  return collapse(parts, (node) => {
    const name = by === 'type' ? node.type : node.board_id;
    if (node.kind !== 'agent' || name === null) return node;
    return toStandIn(node, { id: `${by}:${name}`, kind: 'group', slug: name });
  });
}
