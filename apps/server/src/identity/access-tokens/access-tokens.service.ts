import { type Context, inTransaction, type Platform, type TxContext } from '#server/platform/context.ts';
import { publish, publishAll } from '#server/platform/events/publish.ts';
import { hashToken, newId, newToken } from '#server/platform/ids.ts';
import { notFound } from '#server/platform/problem.ts';
import { tokenCreated, tokenRevoked } from './access-tokens.events.ts';
import type { AccessTokenCreate, AccessTokenRead } from './access-tokens.schema.ts';
import {
  type AccessTokenOwner,
  type AccessTokenRow,
  findAccessTokenOwner,
  insertAccessToken,
  saveAccessTokenUsed,
  saveTokensRevoked,
} from './access-tokens.store.ts';

const TOUCH_MS = 60_000;
const PREFIX_LENGTH = 10;

/** The person and rights behind a live personal access token (`mcp_…`); its use is written down once a minute. */
export async function findOwnerOfToken(
  { db, now }: Platform,
  token: string,
  boardId?: string,
): Promise<AccessTokenOwner | undefined> {
  const at = now();
  const found = await findAccessTokenOwner(db, hashToken(token), at, boardId);
  if (found && (!found.last_used_at || at.getTime() - new Date(found.last_used_at).getTime() >= TOUCH_MS))
    await saveAccessTokenUsed(db, found.token_id, at);
  return found;
}

/** Makes a token for the caller and the active organization; the answer alone holds it. */
export const createAccessToken = (ctx: Context, input: AccessTokenCreate): Promise<AccessTokenRead> =>
  inTransaction(ctx, (tx) => issueAccessToken(tx, tx.actor.id, input));

/** As {@link createAccessToken}, for any person and within a transaction. */
export async function issueAccessToken(
  tx: TxContext,
  userId: string,
  input: AccessTokenCreate,
): Promise<AccessTokenRead> {
  const token = newToken('mcp_');
  const row = await insertAccessToken(tx, {
    ...input,
    id: newId(tx.now()),
    user_id: userId,
    prefix: token.slice(0, PREFIX_LENGTH),
    token_hash: hashToken(token),
  });
  await publish(tx, tokenCreated, toFact(row, userId));
  return { ...row, token };
}

/** Revokes one of the caller's tokens, and ends the sessions that it opened. Throws `token.not_found`. */
export function revokeAccessToken(ctx: Context, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const [row] = await saveTokensRevoked(tx, tx.actor.id, id);
    if (!row) throw notFound('token', id);
    await publish(tx, tokenRevoked, toFact(row, tx.actor.id));
  });
}

/** Revokes every token that a person has for the organization. */
export async function revokeTokensOf(tx: TxContext, userId: string): Promise<void> {
  const rows = await saveTokensRevoked(tx, userId, undefined);
  await publishAll(
    tx,
    tokenRevoked,
    rows.map((row) => toFact(row, userId)),
  );
}

const toFact = (row: AccessTokenRow, userId: string) => ({
  subjectId: row.id,
  data: { token: { ...row, token: null }, user_id: userId },
});
