import { ensureGatewayRuns, getGateway } from '#server/gateways/index.ts';
import { insertViolations, type NewViolation } from '#server/governance/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { createScrubber } from '../../redaction/scrub.ts';
import { feedOccurrences, toOccurrence } from '../../rollups/calls.ts';
import type { createRulesCache } from '../../settings/rules-cache.ts';
import type { GatewayVerdict } from './verdicts.schema.ts';
import { findGatewayAgents } from './verdicts.store.ts';

const DAY_MS = 86_400_000;
const MAX_LINE = 1_000_000;

/**
 * Records what a gateway's plugin stopped as violations; returns how many. Those of agents that are not known here are
 * left out. Sending a verdict again is no harm. Throws `gateway.not_found`.
 */
export async function recordVerdicts(
  ctx: Context,
  gatewayId: string,
  verdicts: readonly GatewayVerdict[],
  rulesOf: ReturnType<typeof createRulesCache>,
): Promise<number> {
  await getGateway(ctx, gatewayId);
  const agents = new Map(
    (await findGatewayAgents(ctx, gatewayId, [...new Set(verdicts.map((verdict) => verdict.gateway_agent_id))])).map(
      (agent) => [agent.gateway_agent_id, agent],
    ),
  );
  const named = verdicts.flatMap(({ run_id, ts }) =>
    run_id === null ? [] : [{ externalRunId: run_id, startedAt: toRecent(ts, ctx.now().getTime()) }],
  );
  const runs = await ensureGatewayRuns(ctx, gatewayId, named);
  const runIds = new Map(runs.map(({ external_run_id, run_id }) => [external_run_id, run_id]));
  const scrubber = createScrubber((await rulesOf(ctx.orgId)).scrub);
  const violations = verdicts.flatMap((verdict): NewViolation[] => {
    const agent = agents.get(verdict.gateway_agent_id);
    if (!agent) return [];
    const { args, code, rule_ref, explanation, id, mode, tool, bundle, degraded, ts } = verdict;
    const matched = scrubber.json(verdict.matched).value as unknown[]; // scrubbing keeps what a value is
    return [
      {
        ...{ id, code, rule_ref, mode, tool, bundle, degraded, ts },
        agent_id: agent.id,
        version_id: agent.active_version_id,
        run_id: verdict.run_id === null ? null : (runIds.get(verdict.run_id) ?? null),
        line: toLine(verdict),
        ...{ seq: null, args_hash: null, matched, verdict: 'block', severity: 'medium' },
        step_key: verdict.tool_call_id,
        enforcement: mode === 'enforce' ? 'blocked' : 'would_have',
        args_view: toView(scrubber, args, tool),
        explanation: scrubber.text(explanation),
      },
    ];
  });
  await inTransaction(ctx, (tx) => store(tx, violations));
  return violations.length;
}

/** Where the rule that decided stands in its policy. */
function toLine({ rule_ref, matched }: GatewayVerdict): number | null {
  const line = matched.find(({ rule }) => rule === rule_ref)?.line;
  return Number.isInteger(line) && Number(line) > 0 && Number(line) <= MAX_LINE ? Number(line) : null;
}

/** Breakers count what is new: a plugin says again what it got no answer to. */
async function store(tx: TxContext, violations: NewViolation[]): Promise<void> {
  const created = new Set(await insertViolations(tx, violations));
  const now = tx.now().getTime() * 1_000;
  const all = violations.filter(({ id }) => created.has(id)).flatMap((violation) => toOccurrence(violation, now) ?? []);
  await feedOccurrences(tx.db, [{ orgId: tx.orgId, all }]);
}

/** The plugin's clock may be wrong, and it may have waited for a day. */
const toRecent = (ts: string, now: number): number => Math.min(Math.max(Date.parse(ts), now - 2 * DAY_MS), now);

/** Arguments as payloads are kept: redacted, or not at all. */
function toView(scrubber: ReturnType<typeof createScrubber>, args: unknown, tool: string) {
  if (args === undefined) return null;
  if (scrubber.metadataOnly) return { x: 'disabled' };
  const { value, changed } = scrubber.json(args, { tool, part: 'args' });
  return { v: value ?? null, ...(changed ? { fid: 'redacted' } : {}) };
}
