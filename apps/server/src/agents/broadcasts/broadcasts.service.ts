import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { forbidden, Problem } from '#server/platform/problem.ts';
import { broadcastSent, LEAD_MESSAGE } from '../coordination/coordination.events.ts';
import type {
  GatewayLeadBroadcastBoardResult,
  GatewayLeadBroadcastRequest,
  GatewayLeadBroadcastResponse,
  ToLead,
} from '../coordination/coordination.schema.ts';
import { prepareLead, sendLetter, toLeadMessage } from '../coordination/coordination.service.ts';
import { listGatewayBoards } from '../coordination/coordination.store.ts';
import { sendMessages } from '../messages/messages.service.ts';

const AT_ONCE = 8;
/** Boards that are not reached by then get the message from the outbox. */
const LIMIT_MS = 10_000;

/** Writes to the leads of several boards of the calling main agent's gateway; one that fails stops none. */
export async function broadcastToLeads(
  ctx: Context,
  { board_ids, ...request }: GatewayLeadBroadcastRequest,
): Promise<GatewayLeadBroadcastResponse> {
  const gatewayId = ctx.caller.kind === 'agent' ? ctx.caller.gatewayId : null;
  if (gatewayId === null) throw forbidden('This is for main agents.');
  const wanted = board_ids && [...new Set(board_ids)];
  const boards = (await listGatewayBoards(ctx, gatewayId, wanted)).map(({ id }) => id);
  const strangers = (wanted ?? []).filter((id) => !boards.includes(id));
  const results = [...(await sendToAll(ctx, boards, request)), ...strangers.map(toStranger)];
  const sent = results.filter(({ ok }) => ok).length;
  const failed = results.length - sent;
  await inTransaction(ctx, (tx) => {
    const data = { sent, failed, correlation_id: request.correlation_id };
    return publish(tx, broadcastSent, { subjectId: newId(tx.now()), data });
  });
  return { ok: true, sent, failed, results };
}

async function sendToAll(ctx: Context, boards: string[], request: ToLead): Promise<GatewayLeadBroadcastBoardResult[]> {
  const results: GatewayLeadBroadcastBoardResult[] = [];
  const until = ctx.now().getTime() + LIMIT_MS;
  for (let i = 0; i < boards.length; i += AT_ONCE) {
    const isLate = ctx.now().getTime() >= until;
    const some = boards.slice(i, i + AT_ONCE);
    results.push(...(await Promise.all(some.map((id) => sendToBoard(ctx, id, request, isLate)))));
  }
  return results;
}

/** Sends to one board's lead now, or puts it into the outbox when time is up. */
async function sendToBoard(
  ctx: Context,
  boardId: string,
  request: ToLead,
  isLate: boolean,
): Promise<GatewayLeadBroadcastBoardResult> {
  const result = { board_id: boardId, lead_agent_id: null, lead_agent_name: null, ok: false, error: null };
  try {
    const { board, agent } = await prepareLead(ctx, boardId);
    const lead = { ...result, lead_agent_id: agent.id, lead_agent_name: agent.name };
    const message = toLeadMessage(request);
    if (isLate) {
      await inTransaction(ctx, (tx) => sendMessages(tx, [{ ...message, agentId: agent.id }]));
      return { ...lead, ok: true, state: 'queued' };
    }
    const letter = { board, to: agent, message, deliver: false, correlationId: request.correlation_id };
    return await sendLetter(ctx, { ...letter, events: LEAD_MESSAGE }).then(
      (state) => ({ ...lead, ok: true, state }),
      (error) => toFailure(lead, error),
    );
  } catch (error) {
    return toFailure(result, error);
  }
}

/** Only problems are results; anything else is a defect and ends the call. */
function toFailure(
  result: Omit<GatewayLeadBroadcastBoardResult, 'state'>,
  error: unknown,
): GatewayLeadBroadcastBoardResult {
  if (!(error instanceof Problem)) throw error;
  return { ...result, error: error.message, state: 'failed' };
}

const toStranger = (board_id: string): GatewayLeadBroadcastBoardResult => ({
  board_id,
  lead_agent_id: null,
  lead_agent_name: null,
  ok: false,
  error: 'This board does not use your gateway.',
  state: 'failed',
});
