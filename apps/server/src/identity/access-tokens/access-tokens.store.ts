import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Database } from '#server/platform/postgres/database.ts';
import type { TokenScope } from '../access.rules.ts';
import { type BoardOfUser, selectBoardOfUser } from '../board-access/board-access.store.ts';
import type { Membership } from '../users/users.store.ts';
import type { AccessTokenRead } from './access-tokens.schema.ts';

/** A live personal access token with the membership that it acts by. */
export interface AccessTokenOwner {
  token_id: string;
  scopes: TokenScope[];
  last_used_at: string | null;
  member: Membership;
  /** The board that was asked for and what the person may do there; null when there is none, undefined unasked. */
  board?: BoardOfUser | null;
}

type OwnerRow = Membership & Omit<AccessTokenOwner, 'member'>;

/** SQL: what the person of token `t` may do on a board. */
const boardOfOwner = (boardId: string) =>
  sql<BoardOfUser | null>`(select to_json(x) from (${selectBoardOfUser(boardId, sql`t.user_id`)}) x)`;

/** One look-up for every call of a person's scripts: the token by its unique index, with the membership behind it and the board. */
export async function findAccessTokenOwner(
  db: Database,
  hash: Buffer,
  now: Date,
  boardId: string | undefined,
): Promise<AccessTokenOwner | undefined> {
  const board = boardId === undefined ? sql`` : sql`, ${boardOfOwner(boardId)} as board`;
  const { rows } = await sql<OwnerRow>`
    select t.id as token_id, t.scopes, t.last_used_at, m.id, m.user_id, m.org_id, m.role, m.all_boards_read,
      m.all_boards_write${board}
    from access_tokens t join organization_members m on m.org_id = t.org_id and m.user_id = t.user_id
    where t.token_hash = ${hash} and t.revoked_at is null and (t.expires_at is null or t.expires_at > ${now})`.execute(
    db,
  );
  const [row] = rows;
  if (!row) return undefined;
  const { token_id, scopes, last_used_at, board: found, ...member } = row;
  return { token_id, scopes, last_used_at, member, ...(found === undefined ? {} : { board: found }) };
}

export async function saveAccessTokenUsed(db: Database, id: string, at: Date): Promise<void> {
  await db.updateTable('access_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
}

/** A row without the token itself, which is stored nowhere. */
export type AccessTokenRow = Omit<AccessTokenRead, 'token'>;

const FIELDS = ['id', 'name', 'scopes', 'prefix', 'expires_at', 'last_used_at', 'created_at'] as const;

/** The caller's tokens for the organization that were not revoked, newest first; one more than `limit`. */
export function listAccessTokens(
  { db, orgId, actor }: Context,
  after: string | undefined,
  limit: number,
): Promise<AccessTokenRow[]> {
  // Ids are UUIDv7 made at creation, so their order is the order of creation.
  const query = db
    .selectFrom('access_tokens')
    .select(FIELDS)
    .where('org_id', '=', orgId)
    .where('user_id', '=', actor.id)
    .where('revoked_at', 'is', null);
  return (after ? query.where('id', '<', after) : query)
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .$narrowType<{ scopes: TokenScope[] }>()
    .execute();
}

export interface NewAccessToken {
  id: string;
  user_id: string;
  name: string;
  scopes: TokenScope[];
  prefix: string;
  token_hash: Buffer;
  expires_at: string | null;
}

export const insertAccessToken = ({ db, orgId, now }: TxContext, token: NewAccessToken): Promise<AccessTokenRow> =>
  db
    .insertInto('access_tokens')
    .values({ ...token, org_id: orgId, created_at: now() })
    .returning(FIELDS)
    .$narrowType<{ scopes: TokenScope[] }>()
    .executeTakeFirstOrThrow();

/** Revokes a person's tokens for the organization: the one given, else all; those that were not revoked before. */
export function saveTokensRevoked(
  { db, orgId, now }: TxContext,
  userId: string,
  id: string | undefined,
): Promise<AccessTokenRow[]> {
  const query = db
    .updateTable('access_tokens')
    .set({ revoked_at: now() })
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null);
  return (id === undefined ? query : query.where('id', '=', id))
    .returning(FIELDS)
    .$narrowType<{ scopes: TokenScope[] }>()
    .execute();
}
