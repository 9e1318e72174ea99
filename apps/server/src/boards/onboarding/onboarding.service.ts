import { ensureLead } from '#server/agents/index.ts';
import { UserUpdate, updateUser } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { assertGoalComplete, findChanges } from '../boards/boards.rules.ts';
import type { BoardRead } from '../boards/boards.schema.ts';
import { changeBoard, getBoard, lockExisting } from '../boards/boards.service.ts';
import { sendToMain, toAnswerMessage, toStartMessage } from './conversation.ts';
import { onboardingUpdated } from './onboarding.events.ts';
import {
  isAgentsTurn,
  isComplete,
  needsApproval,
  toAnswerText,
  toConfirmed,
  toDraft,
  toLeadOptions,
  toShown,
  withMessage,
} from './onboarding.rules.ts';
import type {
  AgentPost,
  BoardOnboardingAnswer,
  BoardOnboardingConfirm,
  BoardOnboardingRead,
  OnboardingMessage,
} from './onboarding.schema.ts';
import {
  findLatestSession,
  findMainSession,
  insertSession,
  lockActiveSession,
  lockLatestSession,
  type MainSession,
  type SessionChanges,
  saveSession,
} from './onboarding.store.ts';

const GOAL_SOURCE = 'lead_agent_onboarding';

/** The board's latest onboarding. Throws `onboarding.not_found`. */
export async function getOnboarding(ctx: Context, boardId: string): Promise<BoardOnboardingRead> {
  return toShown((await findLatestSession(ctx, boardId)) ?? missing(boardId), ctx.now());
}

/**
 * Begins the onboarding of a board, or goes on with the active one: when it is the agent's turn, what the person said
 * last is sent again. Throws `board.gateway_missing`, `onboarding.dispatch_failed` (the session stays, as failed).
 */
export async function startOnboarding(ctx: Context, boardId: string): Promise<BoardOnboardingRead> {
  const { board, main, session, isToSend } = await inTransaction(ctx, (tx) => prepareStart(tx, boardId));
  if (!isToSend) return toShown(session, ctx.now());
  try {
    await sendToMain(ctx, main, toText(ctx, board, session));
  } catch (error) {
    throw await inTransaction(ctx, (tx) => recordFailure(tx, session, error));
  }
  const waiting = { dispatch_state: 'waiting_agent', last_error: null } as const;
  return inTransaction(ctx, (tx) => save(tx, session, waiting));
}

async function prepareStart(tx: TxContext, boardId: string) {
  const board = await lockExisting(tx, boardId);
  const main = await getMain(tx, board);
  const active = await lockActiveSession(tx, board.id);
  if (active && !isAgentsTurn(active, tx.now())) return { board, main, session: active, isToSend: false };
  const session = active
    ? await save(tx, active, { dispatch_state: 'sending' })
    : await insertSession(tx, {
        id: newId(tx.now()),
        board_id: board.id,
        session_key: main.session_key,
        messages: [toMessage(tx, 'user', toStartMessage(tx, board))],
        dispatch_state: 'sending',
      });
  if (!active) await publishState(tx, session);
  return { board, main, session, isToSend: true };
}

/** What is sent: the opening as it stands, or the last answer again. */
function toText(ctx: Context, board: BoardRead, { messages }: BoardOnboardingRead): string {
  const last = messages.at(-1)?.content ?? '';
  return messages.length === 1 ? last : toAnswerMessage(ctx, board, { kind: 'onboarding.resume', text: last });
}

/** Keeps why the agent was not reached. What is no failure of the gateway is thrown on as it is. */
async function recordFailure(tx: TxContext, session: BoardOnboardingRead, error: unknown): Promise<unknown> {
  const problem = toDispatchProblem(error);
  if (!(error instanceof Problem)) return problem;
  const last_error = { code: error.code, message: error.message, at: tx.now().toISOString() };
  await save(tx, session, { dispatch_state: 'failed', last_error });
  return problem;
}

const toDispatchProblem = (error: unknown): unknown =>
  error instanceof Problem
    ? new Problem('onboarding.dispatch_failed', 502, `The main agent was not reached: ${error.message}`)
    : error;

/**
 * Sends an answer to the main agent and keeps it once it was taken. Throws `onboarding.not_found`,
 * `onboarding.confirmed`, `board.gateway_missing`, `onboarding.dispatch_failed` (nothing is stored).
 */
export async function answerOnboarding(
  ctx: Context,
  boardId: string,
  answer: BoardOnboardingAnswer,
): Promise<BoardOnboardingRead> {
  const board = await getBoard(ctx, boardId);
  const session = assertOpen((await findLatestSession(ctx, board.id)) ?? missing(boardId));
  const main = await getMain(ctx, board);
  const text = toAnswerText(answer);
  withMessage(session, toMessage(ctx, 'user', text));
  try {
    await sendToMain(ctx, main, toAnswerMessage(ctx, board, { kind: 'onboarding.answer', text }));
  } catch (error) {
    throw toDispatchProblem(error);
  }
  return inTransaction(ctx, async (tx) => {
    const stored = (await lockLatestSession(tx, board.id)) ?? missing(boardId);
    const messages = withMessage(stored, toMessage(tx, 'user', text));
    return save(tx, stored, { messages, dispatch_state: 'waiting_agent', last_error: null });
  });
}

/**
 * What the main agent posts: a question for the person, or the draft of the goal, which replaces an earlier one. Throws
 * `onboarding.not_found`, `onboarding.confirmed`, `board.goal_incomplete`.
 */
export function postAsAgent(ctx: Context, boardId: string, post: AgentPost): Promise<BoardOnboardingRead> {
  return inTransaction(ctx, async (tx) => {
    const session = assertOpen((await lockLatestSession(tx, boardId)) ?? missing(boardId));
    if (isComplete(post)) assertGoalComplete(post);
    const messages = withMessage(session, toMessage(tx, 'assistant', JSON.stringify(post)));
    const outcome = isComplete(post) ? ({ status: 'completed', draft_goal: toDraft(post) } as const) : {};
    return save(tx, session, { messages, ...outcome, dispatch_state: 'idle', last_error: null });
  });
}

/**
 * Takes the goal over to the board, with what the draft says of its lead and of the person, who confirms it. Doing it
 * again makes a missing or failed lead anew. Throws `onboarding.not_found`, `board.goal_incomplete`,
 * `board.gateway_missing`.
 */
export function confirmOnboarding(ctx: Context, boardId: string, confirm: BoardOnboardingConfirm): Promise<BoardRead> {
  assertGoalComplete(confirm);
  return inTransaction(ctx, async (tx) => {
    const before = await lockExisting(tx, boardId);
    const session = (await lockLatestSession(tx, before.id)) ?? missing(boardId);
    const draft = toConfirmed(session.draft_goal, confirm);
    const { board_type, objective, success_metrics, target_date } = draft;
    const goal = { board_type, objective, success_metrics, target_date };
    const wanted = { ...goal, goal_confirmed: true, goal_source: GOAL_SOURCE };
    const changes = findChanges(before, { ...wanted, require_approval_for_done: needsApproval(draft) });
    const board = await changeBoard(tx, before, changes);
    if (session.status !== 'confirmed') {
      const confirmed = { status: 'confirmed', draft_goal: draft, dispatch_state: 'idle', last_error: null } as const;
      await save(tx, session, confirmed);
      await takeProfile(tx, draft.user_profile ?? {});
    }
    await ensureLead(tx, { boardId: board.id, ...toLeadOptions(draft) });
    return board;
  });
}

/** Keeps of a person what the agent learned and a profile may hold. */
async function takeProfile(tx: TxContext, profile: Record<string, string | null>): Promise<void> {
  const known = Object.entries(profile).filter(
    ([field, value]) => value !== null && UserUpdate.safeParse({ [field]: value }).success,
  );
  if (known.length > 0) await updateUser(tx, Object.fromEntries(known));
}

/** Saves and tells; throws when the session has gone with its board. */
async function save(
  tx: TxContext,
  { id, board_id }: BoardOnboardingRead,
  changes: SessionChanges,
): Promise<BoardOnboardingRead> {
  const session = (await saveSession(tx, id, changes)) ?? missing(board_id);
  await publishState(tx, session);
  return session;
}

const publishState = (tx: TxContext, { id, board_id, status, dispatch_state }: BoardOnboardingRead) =>
  publish(tx, onboardingUpdated, {
    subjectId: id,
    boardId: board_id,
    data: { onboarding: { id, status, dispatch_state } },
  });

async function getMain(ctx: Context, { gateway_id }: BoardRead): Promise<MainSession> {
  if (gateway_id === null)
    throw new Problem('board.gateway_missing', 422, 'This board has no gateway: fill in its goal yourself.');
  const main = await findMainSession(ctx, gateway_id);
  if (!main) throw new Problem('onboarding.dispatch_failed', 502, 'The gateway has no main agent with a session yet.');
  return main;
}

const toMessage = ({ now }: Context, role: OnboardingMessage['role'], content: string): OnboardingMessage => ({
  role,
  content,
  timestamp: now().toISOString(),
});

function assertOpen(session: BoardOnboardingRead): BoardOnboardingRead {
  if (session.status === 'confirmed')
    throw new Problem('onboarding.confirmed', 409, 'This onboarding is confirmed; start another one.');
  return session;
}

function missing(boardId: string): never {
  throw notFound('onboarding', boardId);
}
