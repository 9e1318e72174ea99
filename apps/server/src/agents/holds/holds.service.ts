import { z } from 'zod';
import { gatewayWait, getConnection } from '#server/gateways/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { dropWork, enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { isPlaced } from '../reconcile/pass.ts';
import { type AgentRow, findAgentRow } from '../registry/agent-rows.store.ts';
import { abortSession, patchSession } from '../remote/calls.ts';
import { forbidCommands } from './forbid-commands.ts';
import { saveHardPause } from './holds.store.ts';

export const HOLD = 'agent.hold';

const queueOf = (agentId: string) => `${HOLD}:${agentId}`;

/** Stops an agent at its gateway, or lets it go on there, in the caller's transaction: a job brings it about. */
export async function requestHold(
  tx: TxContext,
  { id, gateway_id, board_id }: Pick<AgentRow, 'id' | 'gateway_id' | 'board_id'>,
  isPaused: boolean,
): Promise<void> {
  const waitsFor = gateway_id === null ? undefined : await gatewayWait(tx, gateway_id);
  await saveHardPause(tx, id, isPaused);
  await dropWork(tx, queueOf(id));
  await enqueueWork(tx, {
    kind: HOLD,
    subject: { kind: 'agent', id },
    boardId: board_id,
    queue: queueOf(id),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    payload: { agent_id: id },
  });
}

const Payload = z.object({ agent_id: z.uuid() });

/** Makes an agent's session what the row says, whatever it was asked for first. */
export const holdWork: WorkKind = {
  async run(ctx, job) {
    const row = await findAgentRow(ctx, Payload.parse(job.payload).agent_id);
    if (!row || !isPlaced(row)) return;
    const connection = await getConnection(ctx, row.gateway_id);
    const key = row.openclaw_session_id;
    if (row.hard_paused_at === null) await patchSession(connection, { key, permissionMode: row.permission_mode });
    else {
      // Forbidden first: what is ended must not begin again in between.
      await forbidCommands(ctx, row, connection);
      await abortSession(connection, key);
    }
  },
};
