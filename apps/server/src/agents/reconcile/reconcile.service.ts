import { gatewayWait } from '#server/gateways/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { dropWork, enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import type { AgentRow } from '../registry/agent-rows.store.ts';
import { findAskedOptions, saveReconcileAsked } from './reconcile.store.ts';

export const RECONCILE = 'agent.reconcile';

/** What a reconcile does besides making the gateway's agent the same as the row. */
export interface ReconcileOptions {
  reset_session?: boolean;
  force_bootstrap?: boolean;
  overwrite?: boolean;
  /** Names of files to be overwritten, besides. */
  overwrite_files?: string[];
  rotate_token?: boolean;
  /** Whose name stands in the files. */
  user_id?: string | null;
}

/** A pass is repeated until it succeeds; a newer request replaces it. */
const MAX_ATTEMPTS = 100_000;

const queueOf = (agentId: string) => `${RECONCILE}:${agentId}`;

/**
 * Asks for an agent to be made on its gateway, or made the same again, in the caller's transaction: one job that waits
 * for the gateway and replaces an older one. Returns the job's id.
 */
export async function requestReconcile(
  tx: TxContext,
  { id, gateway_id, board_id }: Pick<AgentRow, 'id' | 'gateway_id' | 'board_id'>,
  action: 'provision' | 'update',
  options: ReconcileOptions = {},
): Promise<string> {
  if (gateway_id === null) throw new Error(`agent ${id} has no gateway`); // the database sees to it
  // The gateway before anything else, as everybody locks it.
  const waitsFor = await gatewayWait(tx, gateway_id);
  const generation = await saveReconcileAsked(tx, id, action);
  // What an earlier request asked for and did not get yet is still wanted.
  const waiting: ReconcileOptions = await findAskedOptions(tx, queueOf(id));
  const overwrite_files = [...new Set([...(waiting.overwrite_files ?? []), ...(options.overwrite_files ?? [])])];
  const asked = { ...waiting, ...options, overwrite_files };
  await dropWork(tx, queueOf(id));
  return enqueueWork(tx, {
    kind: RECONCILE,
    subject: { kind: 'agent', id },
    boardId: board_id,
    queue: queueOf(id),
    lane: `${RECONCILE}:${gateway_id}`,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    maxAttempts: MAX_ATTEMPTS,
    payload: { agent_id: id, generation, action, options: asked },
  });
}

/** Takes back what was asked for an agent that goes. */
export const dropReconcile = (tx: TxContext, agentId: string): Promise<void> => dropWork(tx, queueOf(agentId));
