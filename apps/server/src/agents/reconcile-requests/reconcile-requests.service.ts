import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { type ReconcileOptions, requestReconcile } from '../reconcile/reconcile.service.ts';
import type { AgentRow } from '../registry/agent-rows.store.ts';
import { lockWritableAgent, publishUpdated } from '../registry/agents.service.ts';
import { requestWake } from '../wakes/wakes.service.ts';

/**
 * Sends an agent the message that wakes it. It is online when it shows a sign of life, not before. Returns the job.
 * Throws `agent.not_found`, `board.access_denied`, `agent.session_missing`.
 */
export function wakeAgent(ctx: Context, id: string): Promise<string> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockGatewayAgent(tx, id);
    const job = await requestWake(tx, id);
    if (job === undefined) throw sessionMissing(row);
    return job;
  });
}

/** Provisions an agent again now, whatever it waited for. Returns the job. Throws as {@link wakeAgent}. */
export const retryAgent = (ctx: Context, id: string): Promise<string> => provisionAgain(ctx, id, {});

/** Begins the session of an agent anew. Returns the job. Throws as {@link wakeAgent}. */
export const resetAgentSession = (ctx: Context, id: string): Promise<string> =>
  provisionAgain(ctx, id, { reset_session: true });

const provisionAgain = (ctx: Context, id: string, options: ReconcileOptions): Promise<string> =>
  inTransaction(ctx, async (tx) => {
    const row = await lockGatewayAgent(tx, id);
    const job = await requestReconcile(tx, row, row.provision_action === 'update' ? 'update' : 'provision', options);
    await publishUpdated(tx, id, ['lifecycle_state']);
    return job;
  });

/** Throws `agent.session_missing` for an agent without a gateway. */
export async function lockGatewayAgent(tx: TxContext, id: string): Promise<AgentRow & { gateway_id: string }> {
  const { gateway_id, ...row } = await lockWritableAgent(tx, id);
  if (gateway_id === null) throw sessionMissing(row);
  return { ...row, gateway_id };
}

const sessionMissing = ({ name }: Pick<AgentRow, 'name'>) =>
  new Problem('agent.session_missing', 422, `${name} has no session on a gateway.`);
