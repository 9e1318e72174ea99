import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { commandAgents } from '../commands/commands.service.ts';
import { requestHold } from '../holds/holds.service.ts';
import { releaseAgentMessages, sendMessages } from '../messages/messages.service.ts';
import { type AgentRow, lockAgent, saveControl } from '../registry/agent-rows.store.ts';
import type { AgentRead, ControlState } from '../registry/agents.schema.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { actionsFrom, type ControlAction, nextState } from './control.rules.ts';
import { listHolds, removeHold, saveHold } from './holders/holds.store.ts';

/** The holder of pauses that people set, and of those that a drain ends in. */
export const MANUAL = 'manual';

/** How long a process may be away and still be told; afterwards its bundle tells it. */
const TTL_S = 300;

/** What a person asks for. */
export interface ControlInput {
  reason: string;
  /** Of a pause: end what runs, too. */
  abort: boolean;
  /** Of a pause of an agent of a gateway. */
  hard: boolean;
  /** Of a drain. */
  deadline_s: number;
}

/**
 * Pauses, resumes, drains, retires or restores an agent; its processes are told at once.
 * An agent paused by several holders runs again when all have let go. Throws `agent.not_found`, `agent.state`.
 */
export function controlAgent(ctx: Context, id: string, action: ControlAction, input: ControlInput): Promise<AgentRead> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockAgent(tx, id);
    if (!row) throw notFound('agent', id);
    const state = nextState(row.control_state as ControlState, action);
    if (!state) throw wrongState(row, action);
    await applyHold(tx, id, state, input.reason);
    const reached = await reach(tx, id, state, input);
    await tellProcesses(tx, id, reached, input);
    if (row.gateway_id !== null) await tellGatewayAgent(tx, row, reached, input.hard || input.abort);
    return publishUpdated(tx, id, ['control_state']);
  });
}

/** Writes the state; an agent that others hold stays paused. */
async function reach(
  tx: TxContext,
  id: string,
  state: ControlState,
  { reason, deadline_s }: ControlInput,
): Promise<ControlState> {
  const stillHeld = state === 'active' ? (await listHolds(tx, id))[0] : undefined;
  if (stillHeld) await saveControl(tx, id, { state: 'paused', reason: stillHeld.reason });
  else if (state === 'active') await saveControl(tx, id, { state, reason: null });
  else {
    const drainUntil = state === 'draining' ? new Date(tx.now().getTime() + deadline_s * 1_000) : null;
    await saveControl(tx, id, { state, reason, drainUntil });
  }
  return stillHeld ? 'paused' : state;
}

/** Processes that run the agent stop taking runs, or begin again. */
function tellProcesses(tx: TxContext, id: string, state: ControlState, { reason, abort, deadline_s }: ControlInput) {
  if (state === 'active') return commandAgents(tx, [id], { type: 'release', body: { holder: MANUAL }, ttlS: TTL_S });
  if (state === 'draining')
    return commandAgents(tx, [id], { type: 'drain', body: { reason, deadline_s }, ttlS: Math.max(TTL_S, deadline_s) });
  const body = { holder: MANUAL, reason, retry_at: null, abort };
  return commandAgents(tx, [id], { type: 'hold', body, ttlS: TTL_S });
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
