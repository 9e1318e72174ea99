import { z } from 'zod';
import { findAgentsInScope } from '#server/governance/index.ts';
import { type Context, readTogether } from '#server/platform/context.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { notFound } from '#server/platform/problem.ts';
import { judgeReadiness, toSpan, toUnit } from './shadows.rules.ts';
import { Shadow, ShadowQuery } from './shadows.schema.ts';
import { countCalls, findHeld, listTrend, sumShadow } from './shadows.store.ts';

export function shadowsRoutes(router: Router): void {
  router.get(
    '/policies/:policy_id/shadow',
    {
      config: { access: 'telemetry:read' },
      schema: {
        operationId: 'getPolicyShadow',
        tags: ['policies'],
        summary: 'What rules in monitor would have done with live calls, and whether they may be enforced.',
        params: z.object({ policy_id: z.uuid() }),
        querystring: ShadowQuery,
        response: { 200: Shadow, ...problems(404) },
      },
    },
    ({ ctx, params: { policy_id }, query }) => readTogether(ctx, (together) => readShadow(together, policy_id, query)),
  );
}

const NOTHING = {
  ...{ would_block: 0, would_approve: 0, would_warn: 0, decided_anyway: 0 },
  ...{ runs_hit: 0, runs_hit_succeeded: 0 },
};

async function readShadow(ctx: Context, policyId: string, query: ShadowQuery): Promise<Shadow> {
  const held = await findHeld(ctx, policyId);
  if (!held) throw notFound('policy', policyId);
  const { name, version, mode, scope, monitored } = held;
  const nowMs = ctx.now().getTime();
  const sinceMs = held.since === null ? undefined : Date.parse(held.since);
  const span = toSpan(query, { sinceMs, nowMs });
  const agentIds = scope ? await findAgentsInScope(ctx, [scope]) : [];
  const [sums, trend, calls] = await Promise.all([
    sumShadow(ctx, name, span),
    listTrend(ctx, name, { ...span, unit: toUnit(span) }),
    countCalls(ctx, agentIds, span),
  ]);
  const {
    rule: _,
    versions: __,
    ...total
  } = sums.find(({ rule }) => rule === null) ?? { ...NOTHING, rule: null, versions: [] };
  return {
    ...{ policy_id: policyId, version, mode, calls, ...total, trend },
    ...{ from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() },
    per_rule: sums.flatMap(({ rule, versions, ...tally }) => (rule === null ? [] : [{ rule, versions, ...tally }])),
    readiness: judgeReadiness({ sinceMs, nowMs, monitored, calls, runsHitSucceeded: total.runs_hit_succeeded }),
  };
}
