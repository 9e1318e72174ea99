import { z } from 'zod';
import { HealthColour, HealthReason } from '#server/agents/index.ts';

const MINUTE_MS = 60_000;

/** How far back a graph looks, in milliseconds. */
export const WINDOW_MS = {
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '24h': 1_440 * MINUTE_MS,
};

const GraphWindow = z.enum(['5m', '15m', '1h', '24h']);

export const GraphQuery = z.object({
  window: GraphWindow.default('5m'),
  board_id: z.uuid().optional().describe('Only agents of this board, and what they call or are called by.'),
  agent_type: z.string().max(128).optional().describe('Only agents of this type, and their neighbours.'),
  root: z.uuid().optional().describe('Only what is reached from this agent, either way.'),
  depth: z.coerce.number().int().min(1).max(10).default(3).describe('How many calls away from `root`.'),
  include: z.literal('tools').optional().describe('Tools that were used in the window, as nodes.'),
  group_by: z.enum(['type', 'board']).optional().describe('One node for all agents of a type or board.'),
  at: z.iso.datetime().optional().describe('The past: as it was then, by the minute, from what is kept.'),
});
export type GraphQuery = z.infer<typeof GraphQuery>;

export const GraphNode = z
  .object({
    id: z.string().describe('Of an agent its id; of others a name of their own.'),
    kind: z.enum(['agent', 'tool', 'group', 'restricted']),
    slug: z.string().nullable(),
    type: z.string().nullable(),
    board_id: z.uuid().nullable(),
    health: HealthColour.describe('Of the agent itself; it never inherits that of another.'),
    reasons: z.array(HealthReason),
    impact: z.object({
      upstream_at_risk: z.array(z.string()).describe('Callers that spend much of their time waiting for it.'),
      eta_s: z.number().nullable().describe('When the first of them has no free place left, as it goes now.'),
    }),
    control_state: z.string().nullable(),
    active_runs: z.int().nullable().describe('Null in the past.'),
    max_concurrency: z.int().nullable(),
    runs_per_min: z.number(),
    error_rate: z.number().nullable().describe('0 to 1; null when no run ended.'),
    p95_ms: z.number().nullable(),
    tokens_per_min: z.number(),
    cost_per_hour: z.number(),
    breaker: z.enum(['closed', 'half_open', 'open']),
    anomalies: z.int().describe('That are open.'),
    version: z.int().nullable(),
    members: z.int().describe('How many agents or tools this node stands for.'),
  })
  .meta({ id: 'GraphNode' });
export type GraphNode = z.infer<typeof GraphNode>;

export const EdgeStatus = z.enum(['green', 'amber', 'red', 'grey']);
export type EdgeStatus = z.infer<typeof EdgeStatus>;

export const GraphEdge = z
  .object({
    id: z.string(),
    from: z.string(),
    to: z.string(),
    provenance: z.enum(['declared', 'observed', 'both']),
    is_unused: z.boolean().describe('Declared, and without a call for 14 days.'),
    in_cycle: z.boolean(),
    calls: z.int().describe('Of the callee that ended in the window.'),
    per_min: z.number().describe('Messages: calls plus returns.'),
    errors: z.int(),
    attempts_per_call: z.number().nullable(),
    base_attempts: z.number().describe('What is usual; 1.1 while that is not known.'),
    p95_ms: z.number().nullable(),
    base_p95_ms: z.number().nullable(),
    share: z.number().nullable().describe('Of the caller’s time, 0 to 1.'),
    status: EdgeStatus,
    last_seen_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'GraphEdge' });
export type GraphEdge = z.infer<typeof GraphEdge>;

/** Where it is slow, and why: the agent that has the trouble itself, and who waits for it. */
export const SlowSpot = z
  .object({
    node_id: z.string(),
    text: z.string(),
    edge_ids: z.array(z.string()).describe('The calls by which it reaches others.'),
  })
  .meta({ id: 'SlowSpot' });
export type SlowSpot = z.infer<typeof SlowSpot>;

export const Graph = z
  .object({
    at: z.iso.datetime(),
    window_s: z.int(),
    nodes: z.array(GraphNode),
    edges: z.array(GraphEdge),
    slow: z.array(SlowSpot).describe('Worst first, five at most.'),
    truncated: z.boolean().describe('There are more than 500 nodes or 2,000 edges: group them.'),
  })
  .meta({ id: 'Graph' });
export type Graph = z.infer<typeof Graph>;

/** What changed in a graph since the one before: whole fields of what is known, whole nodes and edges that are new. */
export interface GraphDiff {
  at: string;
  nodes: { set: Record<string, Partial<GraphNode>>; add: GraphNode[]; remove: string[] };
  edges: { set: Record<string, Partial<GraphEdge>>; add: GraphEdge[]; remove: string[] };
  slow?: SlowSpot[];
}
