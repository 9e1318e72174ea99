import { type Context, inTransaction } from '#server/platform/context.ts';
import { agentCreated } from '../registry/agents.events.ts';
import { publishAgents } from '../registry/publish-agents.ts';
import {
  findGatewayAgent,
  findReportedAgent,
  insertDiscovered,
  insertReported,
  isBeingRemoved,
  type ReportedAgent,
  type SeenAgent,
  toSlug,
} from './discovery.store.ts';

/** More unknown agents than this in a day are noise, or an attack. */
const MAX_PER_DAY = 200;
const MAX_ID = 180;

/**
 * The agent that a gateway knows by this id. One that nobody made here becomes a row in state `discovered`: seen, not
 * managed, there to be adopted. Undefined for one that is being removed, and beyond 200 new ones a day.
 */
export async function ensureGatewayAgent(
  ctx: Context,
  gatewayId: string,
  gatewayAgentId: string,
): Promise<SeenAgent | undefined> {
  const known = await findGatewayAgent(ctx, gatewayId, gatewayAgentId);
  if (known || gatewayAgentId.length > MAX_ID || (await isBeingRemoved(ctx, gatewayAgentId))) return known;
  await inTransaction(ctx, async (tx) => {
    const id = await insertDiscovered(tx, { gatewayId, gatewayAgentId }, MAX_PER_DAY);
    if (id !== undefined) await publishAgents(tx, agentCreated, [{ org_id: ctx.orgId, id }]);
  });
  return findGatewayAgent(ctx, gatewayId, gatewayAgentId);
}

/**
 * The agent whose slug a span's identity makes. One that nobody knows becomes a row in state `discovered`. Undefined
 * when `mayReport` says no, for agents of gateways, of which only their gateway tells, and beyond 200 new ones a day.
 */
export async function ensureReportedAgent(
  ctx: Context,
  identity: string,
  mayReport: (slug: string) => boolean,
): Promise<ReportedAgent | undefined> {
  if (!mayReport(toSlug(identity))) return undefined;
  const known = await findReportedAgent(ctx, identity);
  if (known) return known.origin === 'openclaw' ? undefined : known;
  await inTransaction(ctx, async (tx) => {
    const id = await insertReported(tx, identity, MAX_PER_DAY);
    if (id !== undefined) await publishAgents(tx, agentCreated, [{ org_id: ctx.orgId, id }]);
  });
  return findReportedAgent(ctx, identity);
}
