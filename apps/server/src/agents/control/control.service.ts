import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { requestHold } from '../holds/holds.service.ts';
import { releaseAgentMessages, sendMessages } from '../messages/messages.service.ts';
import { type AgentRow, lockAgent, saveControl } from '../registry/agent-rows.store.ts';
import type { AgentRead, ControlState } from '../registry/agents.schema.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { actionsFrom, type ControlAction, nextState } from './control.rules.ts';
import { listHolds, removeHold, saveHold } from './holds.store.ts';

/** The holder of pauses that people set. */
const MANUAL = 'manual';

/**
 * Pauses, resumes, drains, retires or restores an agent; its processes learn it with their next batch or heartbeat.
 * An agent paused by several holders runs again when all have let go. Throws `agent.not_found`, `agent.state`.
 */
export function controlAgent(
  ctx: Context,
  id: string,
  action: ControlAction,
  { reason, hard }: { reason: string; hard: boolean },
): Promise<AgentRead> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockAgent(tx, id);
    if (!row) throw notFound('agent', id);
    const state = nextState(row.control_state as ControlState, action);
    if (!state) throw wrongState(row, action);
    await applyHold(tx, id, state, reason);
    const stillHeld = state === 'active' ? (await listHolds(tx, id))[0] : undefined;
    if (stillHeld) await saveControl(tx, id, 'paused', stillHeld.reason);
    else await saveControl(tx, id, state, state === 'active' ? null : reason);
    if (row.gateway_id !== null) await tellGatewayAgent(tx, row, stillHeld ? 'paused' : state, hard);
    return publishUpdated(tx, id, ['control_state']);
  });
}

/** An agent of a gateway is told; nothing else is sent to it while it is paused. */
export async function tellGatewayAgent(
  tx: TxContext,
  row: AgentRow,
  state: ControlState,
  hard: boolean,
): Promise<void> {
  if (state === 'active') {
    await releaseAgentMessages(tx, row);
    await sendMessages(tx, [{ agentId: row.id, kind: 'control.resume', data: {}, deliver: true }]);
  } else if (state === 'paused' && row.control_state !== 'paused')
    await sendMessages(tx, [{ agentId: row.id, kind: 'control.pause', data: {}, deliver: true }]);
  const isHard = state === 'paused' && (hard || row.hard_paused_at !== null);
  if (isHard !== (row.hard_paused_at !== null)) await requestHold(tx, row, isHard);
}

const applyHold = (tx: TxContext, agentId: string, state: ControlState, reason: string): Promise<void> =>
  state === 'paused'
    ? saveHold(tx, { id: newId(tx.now()), agent_id: agentId, holder: MANUAL, reason })
    : removeHold(tx, agentId, MANUAL);

function wrongState({ control_state }: AgentRow, action: ControlAction): Problem {
  const possible = actionsFrom(control_state as ControlState).join(', ');
  return new Problem(
    'agent.state',
    409,
    `An agent that is ${control_state} cannot ${action}; possible now: ${possible}.`,
  );
}
