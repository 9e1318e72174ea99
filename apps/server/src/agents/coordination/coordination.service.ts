import { gatewayWait, sendNow } from '#server/gateways/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { type EventType, publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { ensureLead, getBoardOfGateway } from '../lifecycle/lifecycle.service.ts';
import { findMain } from '../lifecycle/lifecycle.store.ts';
import type { MessageOf } from '../messages/messages.rules.ts';
import { sendMessages } from '../messages/messages.service.ts';
import { renderMessage } from '../messages/render.rules.ts';
import { type AgentRow, findAgentRow } from '../registry/agent-rows.store.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { ASK_USER, LEAD_MESSAGE, NUDGE } from './coordination.events.ts';
import type {
  GatewayLeadMessageResponse,
  GatewayMainAskUserRequest,
  GatewayMainAskUserResponse,
  ToLead,
} from './coordination.schema.ts';
import { findBoardName } from './coordination.store.ts';

type Receiver = Pick<
  AgentRow,
  'id' | 'name' | 'gateway_id' | 'openclaw_session_id' | 'lifecycle_state' | 'last_seen_at'
>;

interface Letter {
  board: { id: string; name: string };
  to: Receiver;
  message: MessageOf;
  deliver: boolean;
  correlationId: string | null;
  /** What is put on record. */
  events: { sent: EventType; failed: EventType };
}

/**
 * Sends into an agent's session while the caller waits, and puts on record what became of it; an agent that is being
 * made gets it from the outbox when it stands. Throws `agent.session_missing` and the 502 codes of gateways.
 */
export async function sendLetter(ctx: Context, letter: Letter): Promise<'sent' | 'queued'> {
  const { board, to, message, deliver, correlationId, events } = letter;
  const { gateway_id: gatewayId, openclaw_session_id: sessionKey } = to;
  if (gatewayId === null || sessionKey === null)
    throw new Problem('agent.session_missing', 422, `${to.name} has no session on a gateway.`);
  const id = newId(ctx.now());
  const record = (event: EventType, error: Problem | null) =>
    inTransaction(ctx, (tx) => {
      const cause = error && { code: error.code, message: error.message };
      const data = { agent_id: to.id, agent_name: to.name, correlation_id: correlationId, error: cause };
      return publish(tx, event, { subjectId: id, boardId: board.id, data });
    });
  if (isBeingMade(to) && (await queueLetter(ctx, gatewayId, letter))) {
    await record(events.sent, null);
    return 'queued';
  }
  const text = renderMessage(message, { board, baseUrl: ctx.config.baseUrl });
  try {
    await sendNow(ctx, { gatewayId, sessionKey, text, deliver, idempotencyKey: id });
  } catch (error) {
    if (error instanceof Problem) await record(events.failed, error);
    throw error;
  }
  await record(events.sent, null);
  return 'sent';
}

const isBeingMade = ({ lifecycle_state, last_seen_at }: Receiver): boolean =>
  last_seen_at === null && (lifecycle_state === 'pending' || lifecycle_state === 'writing');

/** False when the gateway is away: then nobody knows when the agent will stand, and the caller is told so. */
const queueLetter = (ctx: Context, gatewayId: string, { to, message, deliver }: Letter): Promise<boolean> =>
  inTransaction(ctx, async (tx) => {
    if ((await gatewayWait(tx, gatewayId)) !== undefined) return false;
    await sendMessages(tx, [{ ...message, agentId: to.id, deliver }]);
    return true;
  });

/**
 * Lets an agent of the calling lead's board run at once on a message. Throws `agent.not_found`,
 * `agent.session_missing`, `gateway.send_failed`.
 */
export async function nudgeAgent(ctx: Context, boardId: string, agentId: string, text: string): Promise<void> {
  const to = await findAgentRow(ctx, agentId);
  if (to?.board_id !== boardId) throw notFound('agent', agentId);
  const board = await findBoardName(ctx, boardId);
  if (!board) throw notFound('board', boardId);
  const from = ctx.caller.kind === 'agent' ? ctx.caller.name : '';
  const message: MessageOf = { kind: 'agent.nudge', data: { text, from } };
  try {
    await sendLetter(ctx, { board, to, message, deliver: true, correlationId: null, events: NUDGE });
  } catch (error) {
    throw toSendFailed(error);
  }
}

/** Problems of the gateway become the one that clients of a nudge know; others stay. */
const toSendFailed = (error: unknown): unknown =>
  error instanceof Problem && error.status === 502 ? new Problem('gateway.send_failed', 502, error.message) : error;

/** Throws `board.gateway_missing`, `board.gateway_main_missing` and the 502 codes of gateways. */
export async function askUser(
  ctx: Context,
  boardId: string,
  request: GatewayMainAskUserRequest,
): Promise<GatewayMainAskUserResponse> {
  const { board, main } = await inTransaction(ctx, async (tx) => {
    const found = await getBoardOfGateway(tx, boardId);
    return { board: found, main: await findMain(tx, found.gateway_id) };
  });
  if (!main) throw new Problem('board.gateway_main_missing', 422, 'The gateway of this board has no main agent.');
  const { correlation_id, content, preferred_channel, reply_tags, reply_source } = request;
  const lead = ctx.caller.kind === 'agent' ? ctx.caller.name : '';
  const data = { board, lead, correlation_id, preferred_channel, text: content, reply_tags, reply_source };
  const message: MessageOf = { kind: 'user.question', data };
  await sendLetter(ctx, { board, to: main, message, deliver: true, correlationId: correlation_id, events: ASK_USER });
  return { ok: true, board_id: boardId, main_agent_id: main.id, main_agent_name: main.name };
}

/** What a lead reads of its gateway's main agent. */
export const toLeadMessage = ({ kind, correlation_id, content, reply_tags, reply_source }: ToLead): MessageOf => ({
  kind: 'lead.message',
  data: { message_kind: kind, correlation_id, text: content, reply_tags, reply_source },
});

/**
 * Writes to the lead of a board of the calling main agent's gateway; a board without one gets one. Throws
 * `board.not_found` and the 502 codes of gateways.
 */
export async function messageLead(ctx: Context, boardId: string, request: ToLead): Promise<GatewayLeadMessageResponse> {
  const { board, agent, created } = await prepareLead(ctx, boardId);
  await sendLetter(ctx, {
    board,
    to: agent,
    message: toLeadMessage(request),
    deliver: false,
    correlationId: request.correlation_id,
    events: LEAD_MESSAGE,
  });
  return {
    ok: true,
    board_id: boardId,
    lead_agent_id: agent.id,
    lead_agent_name: agent.name,
    lead_created: created,
  };
}

/** The lead of a board that has a gateway, made when there is none. */
export const prepareLead = (
  ctx: Context,
  boardId: string,
): Promise<{ board: { id: string; name: string }; agent: AgentRead; created: boolean }> =>
  inTransaction(ctx, async (tx) => {
    const { id, name } = await getBoardOfGateway(tx, boardId);
    return { board: { id, name }, ...(await ensureLead(tx, { boardId })) };
  });
