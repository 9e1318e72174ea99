import { z } from 'zod';
import type { Context } from '#server/platform/context.ts';
import { mergeHistograms, quantile } from '#server/platform/histograms/histogram.rules.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { notFound } from '#server/platform/problem.ts';
import { AgentHealth, HealthQuery, RANGE_MS, type VersionHealth } from './health.schema.ts';
import { findHealthHistory, listVersionRows, type VersionRow } from './health-history.store.ts';

const US_PER_MS = 1_000;

export function healthRecordRoutes(router: Router): void {
  router.get(
    '/agents/:agent_id/health',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'getAgentHealth',
        tags: ['agents'],
        summary: 'An agent’s health now and over time, and its figures by version.',
        params: z.object({ agent_id: z.uuid() }),
        querystring: HealthQuery,
        response: { 200: AgentHealth, ...problems(404) },
      },
    },
    ({ ctx, params: { agent_id }, query: { range } }) => getAgentHealth(ctx, agent_id, RANGE_MS[range]),
  );
}

async function getAgentHealth(ctx: Context, agentId: string, rangeMs: number): Promise<AgentHealth> {
  const since = new Date(ctx.now().getTime() - rangeMs);
  const history = await findHealthHistory(ctx, agentId, since);
  if (!history) throw notFound('agent', agentId);
  const versions = await listVersionRows(ctx, agentId, since);
  const current = history[0];
  return {
    agent_id: agentId,
    health: current?.health ?? 'grey',
    reasons: current?.reasons ?? [],
    history,
    versions: versions.map(toVersionHealth),
  };
}

function toVersionHealth({ durations, ...row }: VersionRow): VersionHealth {
  const p95Us = quantile(mergeHistograms(durations), 0.95);
  return { ...row, p95_ms: p95Us === null ? null : p95Us / US_PER_MS };
}
