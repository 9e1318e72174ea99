import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** The NOTIFY channel that wakes the tails; it carries a hint, never data. */
export const EVENTS_CHANNEL = 'mc_events';

/** Databases with a hint on its way, and whether facts came since it was sent. */
const waking = new WeakMap<Database, { hasMore: boolean }>();

/** Wakes listeners on commit, within the caller's transaction. */
export async function notifyTails(db: Database): Promise<void> {
  await sql`select pg_notify(${EVENTS_CHANNEL}, '')`.execute(db);
}

/**
 * Wakes listeners after a commit, many commits at once. A transaction that notifies takes one lock of the whole cluster
 * until it is on the disk: they would be written one after the other, however many could share a write.
 */
export function wakeTails(db: Database): void {
  const hint = waking.get(db);
  if (hint) hint.hasMore = true;
  else void sendHints(db);
}

async function sendHints(db: Database): Promise<void> {
  const hint = { hasMore: true };
  waking.set(db, hint);
  while (hint.hasMore) {
    hint.hasMore = false;
    await notifyTails(db).catch(() => undefined); // a tail looks without a hint too
  }
  waking.delete(db);
}
