import { edgeId, toP95Ms, toStatus } from '../graph.rules.ts';
import type { GraphEdge, GraphNode } from '../graph.schema.ts';
import type { ToolRow } from '../graph.store.ts';
import type { Parts } from './narrow.rules.ts';

/** More of one agent become one node. */
const MAX_TOOLS = 20;
const USUAL_ATTEMPTS = 1.1;

/** Adds the tools that these agents used. */
export function addTools({ nodes, edges }: Parts, rows: readonly ToolRow[], minutes: number): Parts {
  const shown = new Set(nodes.map(({ id }) => id));
  const used = new Map<string, ToolRow[]>();
  for (const row of rows) if (shown.has(row.agent_id)) used.set(row.agent_id, [...(used.get(row.agent_id) ?? []), row]);
  const tools = new Map<string, GraphNode>();
  const calls: GraphEdge[] = [];
  for (const [agentId, own] of used) {
    const busiest = own.toSorted((a, b) => b.attempts - a.attempts);
    for (const row of busiest.slice(0, MAX_TOOLS)) {
      const id = `tool:${row.tool}`;
      tools.set(id, toToolNode({ id, slug: row.tool, members: 1 }));
      calls.push(toCall(id, row, minutes));
    }
    const rest = busiest.slice(MAX_TOOLS);
    const id = `tools:${agentId}`;
    if (rest.length === 0) continue;
    tools.set(id, toToolNode({ id, slug: `+${rest.length}`, members: rest.length }));
    calls.push(toCall(id, sum(agentId, rest), minutes));
  }
  return { nodes: [...nodes, ...tools.values()], edges: [...edges, ...calls] };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const sum = (agentId: string, rows: readonly ToolRow[]): ToolRow => ({
  agent_id: agentId,
  tool: '',
  calls: total(rows.map(({ calls }) => calls)),
  errors: total(rows.map(({ errors }) => errors)),
  attempts: total(rows.map(({ attempts }) => attempts)),
  durations: rows.flatMap(({ durations }) => durations),
});

const toToolNode = (given: Pick<GraphNode, 'id' | 'slug' | 'members'>): GraphNode => ({
  ...{ kind: 'tool', type: null, board_id: null, health: 'grey', reasons: [], control_state: null, active_runs: null },
  ...{ impact: { upstream_at_risk: [], eta_s: null }, max_concurrency: null, runs_per_min: 0, error_rate: null },
  ...{ p95_ms: null, tokens_per_min: 0, cost_per_hour: 0, breaker: 'closed', anomalies: 0, version: null },
  ...given,
});

function toCall(id: string, row: ToolRow, minutes: number): GraphEdge {
  const figures = {
    calls: row.calls,
    errors: row.errors,
    attempts_per_call: row.calls > 0 ? row.attempts / row.calls : null,
    base_attempts: USUAL_ATTEMPTS,
    p95_ms: toP95Ms(row.durations),
    base_p95_ms: null,
  };
  return {
    ...{ id: edgeId(row.agent_id, id), from: row.agent_id, to: id, provenance: 'observed', is_unused: false },
    ...{ in_cycle: false, per_min: (2 * row.calls) / minutes, share: null, last_seen_at: null },
    ...figures,
    status: toStatus(figures, null),
  };
}
