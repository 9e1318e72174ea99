import type { Context, TxContext } from '#server/platform/context.ts';
import type { BoardOnboardingRead } from './onboarding.schema.ts';

const COLUMNS = [
  'id',
  'board_id',
  'session_key',
  'status',
  'messages',
  'draft_goal',
  'dispatch_state',
  'last_error',
  'next_retry_at',
  'created_at',
  'updated_at',
] as const;

const latest = ({ db, orgId }: Context, boardId: string) =>
  db
    .selectFrom('board_onboarding_sessions')
    .select(COLUMNS)
    .where('org_id', '=', orgId)
    .where('board_id', '=', boardId)
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    // Enums are checked by the columns' constraints; JSON is written by this module only.
    .$castTo<BoardOnboardingRead>();

/** The session of a board that changed last. */
export const findLatestSession = (ctx: Context, boardId: string): Promise<BoardOnboardingRead | undefined> =>
  latest(ctx, boardId).executeTakeFirst();

export const lockLatestSession = (tx: TxContext, boardId: string): Promise<BoardOnboardingRead | undefined> =>
  latest(tx, boardId).forUpdate().executeTakeFirst();

export const lockActiveSession = (tx: TxContext, boardId: string): Promise<BoardOnboardingRead | undefined> =>
  latest(tx, boardId).where('status', '=', 'active').forUpdate().executeTakeFirst();

/** What a session becomes; what is left out stays. */
export type SessionChanges = Partial<
  Pick<BoardOnboardingRead, 'status' | 'messages' | 'draft_goal' | 'dispatch_state' | 'last_error'>
>;

const toColumns = ({ messages, draft_goal, last_error, ...columns }: SessionChanges) => ({
  ...columns,
  ...(messages === undefined ? {} : { messages: JSON.stringify(messages) }),
  ...(draft_goal === undefined ? {} : { draft_goal: draft_goal && JSON.stringify(draft_goal) }),
  ...(last_error === undefined ? {} : { last_error: last_error && JSON.stringify(last_error) }),
});

/** Begins a session; the caller holds the board. */
export async function insertSession(
  { db, orgId, now }: TxContext,
  { id, board_id, session_key, ...session }: { id: string; board_id: string; session_key: string } & SessionChanges,
): Promise<BoardOnboardingRead> {
  const at = now();
  const row = await db
    .insertInto('board_onboarding_sessions')
    .values({ id, org_id: orgId, board_id, session_key, ...toColumns(session), created_at: at, updated_at: at })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return row as BoardOnboardingRead; // as above
}

export async function saveSession(
  { db, orgId, now }: TxContext,
  id: string,
  changes: SessionChanges,
): Promise<BoardOnboardingRead | undefined> {
  const row = await db
    .updateTable('board_onboarding_sessions')
    .set({ ...toColumns(changes), updated_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
  return row as BoardOnboardingRead | undefined; // as above
}

/** Where the main agent of a gateway is spoken to. */
export interface MainSession {
  gateway_id: string;
  session_key: string;
}

export const findMainSession = ({ db, orgId }: Context, gatewayId: string): Promise<MainSession | undefined> =>
  db
    .selectFrom('agents')
    .select(['gateway_id', 'openclaw_session_id as session_key'])
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where('kind', '=', 'main')
    .where('openclaw_session_id', 'is not', null)
    .$narrowType<{ gateway_id: string; session_key: string }>()
    .executeTakeFirst();
