import { type Context, inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { hashToken, newId, newToken } from '#server/platform/ids.ts';
import { getMembership } from '../memberships/memberships.service.ts';
import { sessionCreated } from './sessions.events.ts';
import { isTouchDue, sessionEnd } from './sessions.rules.ts';
import { findSession, insertSession, saveSessionSeen } from './sessions.store.ts';

/** Who signs in, and by which of their personal access tokens: a session does not outlive it. */
export interface SignIn {
  userId: string;
  accessTokenId: string | null;
}

/** Opens a console session for a person; returns the value of its cookie. */
export async function createSession(platform: Platform, { userId, accessTokenId }: SignIn): Promise<string> {
  const token = newToken('');
  const at = platform.now();
  const { org_id } = await getMembership(platform, userId);
  const ctx: Context = { ...systemContext(platform, org_id), actor: { kind: 'user', id: userId } };
  const session = {
    id: newId(at),
    user_id: userId,
    access_token_id: accessTokenId,
    token_hash: hashToken(token),
    created_at: at,
    last_seen_at: at,
    expires_at: sessionEnd(at, at),
  };
  await inTransaction(ctx, async (tx) => {
    await insertSession(tx.db, session);
    await publish(tx, sessionCreated, { subjectId: session.id, data: { access_token_id: accessTokenId } });
  });
  return token;
}

/** The user of a live session, whose end moves on with use; undefined for any other cookie. */
export async function findSessionUser({ db, now }: Platform, token: string): Promise<string | undefined> {
  const at = now();
  const session = await findSession(db, hashToken(token), at);
  if (!session) return undefined;
  if (isTouchDue(new Date(session.last_seen_at), at))
    await saveSessionSeen(db, session.id, {
      last_seen_at: at,
      expires_at: sessionEnd(new Date(session.created_at), at),
    });
  return session.user_id;
}
