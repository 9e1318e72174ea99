import type { Context } from '#server/platform/context.ts';
import { listObservedEdges } from '../../../graph/edges/edge-sums.store.ts';
import type { AnomalyCause } from '../../anomalies.schema.ts';
import { findCause } from '../../causes/cascade.rules.ts';
import { explain } from '../../causes/explain.rules.ts';
import type { Finding } from '../../detectors/finding.schema.ts';
import type { Remembered } from '../../watching/memory.ts';
import { findErrorType, listAgentNames, listCallersNow } from '../facts.store.ts';

const MINUTE_MS = 60_000;
const RECENT_MS = 10 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Calls of that span before something began are usual ones. */
const BEFORE_MS = 2 * 60 * MINUTE_MS;

interface Told {
  cause: AnomalyCause | null;
  affected: string[];
  explanation: string;
}

/** Who is behind a finding as far as calls tell, who may suffer, and the sentence about it. */
export async function tell(ctx: Context, { agent, usual }: Remembered, finding: Finding): Promise<Told> {
  const at = ctx.now().getTime();
  const id = agent.agent_id;
  const span = { from: new Date(at - RECENT_MS), to: new Date(at + MINUTE_MS) };
  const now = await listObservedEdges(ctx.db, ctx.orgId, span);
  const callers = await listCallersNow(ctx, id, span.from);
  const tool = TRIED_AGAIN.has(finding.metric) ? finding.about : null;
  const error = tool === null ? null : await findErrorType(ctx, id, tool, span.from);
  const found =
    finding.detector === 'latency' && usual?.ms ? await followDown(ctx, { id, finding, now, runs: now }) : undefined;
  const names = await listAgentNames(ctx, [...callers, ...(found ? [found.agentId] : [])]);
  const nameOf = (agentId: string) => names.get(agentId) ?? 'an agent';
  return {
    cause: found
      ? toCause(found)
      : { ...ITSELF, kind: tool === null ? 'itself' : 'tool', agent_id: id, tool, error_type: error, path: [id] },
    affected: callers,
    explanation: explain(finding, {
      ...{ agent: agent.name, error, callers: callers.map(nameOf) },
      cause: found
        ? { agent: nameOf(found.agentId), share: found.share, isRetries: found.kind === 'retry_amplification' }
        : null,
    }),
  };
}

/** Metrics that are about a tool that is tried again. */
const TRIED_AGAIN: ReadonlySet<string> = new Set(['attempts_per_call', 'tool_errors']);

const ITSELF = { error_type: null, share: null };

type Edges = Awaited<ReturnType<typeof listObservedEdges>>;

interface Descent {
  id: string;
  finding: Finding;
  now: Edges;
  runs: Edges;
}

async function followDown(ctx: Context, { id, finding, now }: Descent) {
  const began = Math.min(finding.beganAt, ctx.now().getTime() - MINUTE_MS);
  const before = await listObservedEdges(ctx.db, ctx.orgId, { from: new Date(began - BEFORE_MS), to: new Date(began) });
  const usual =
    before.length > 0
      ? before
      : await listObservedEdges(ctx.db, ctx.orgId, { from: new Date(began - DAY_MS), to: new Date(began) });
  const median = Math.sqrt((finding.low ?? 1) * (finding.high ?? 1));
  const count = (edges: Edges) =>
    Math.max(1, ...edges.filter(({ parent_agent_id }) => parent_agent_id === id).map(({ calls }) => calls));
  return findCause(id, { now, usual, extraMs: finding.observed - median, runs: count(now), usualRuns: count(usual) });
}

const toCause = ({ kind, agentId, share, path }: NonNullable<ReturnType<typeof findCause>>): AnomalyCause => ({
  ...{ kind, agent_id: agentId, tool: null, error_type: null, share, path },
});
