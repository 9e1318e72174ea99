import { sql } from 'kysely';
import type { Platform } from '../../context.ts';
import type { Database } from '../../postgres/database.ts';

/** What makes two calls the same. */
export interface IdempotencyKey {
  /** Organization, kind and id. */
  actor: string;
  path: string;
  key: string;
}

/** What a call with the key has left; without a status it still runs. */
export interface KeptAnswer {
  body_hash: Buffer;
  status: number | null;
  headers: Record<string, string> | null;
  answer: string | null;
}

export interface NewClaim extends IdempotencyKey {
  org_id: string;
  body_hash: Buffer;
  created_at: Date;
  expires_at: Date;
}

/** Takes the key for a call; false when another call has it whose time is not over. */
export async function claimKey(db: Database, claim: NewClaim): Promise<boolean> {
  const row = await db
    .insertInto('idempotency_keys')
    .values(claim)
    .onConflict((conflict) =>
      conflict
        .columns(['actor', 'path', 'key'])
        .doUpdateSet({
          body_hash: sql`excluded.body_hash`,
          created_at: sql`excluded.created_at`,
          expires_at: sql`excluded.expires_at`,
          status: null,
          headers: null,
          answer: null,
        })
        .where('idempotency_keys.expires_at', '<=', claim.created_at.toISOString()),
    )
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

export const findAnswer = (db: Database, { actor, path, key }: IdempotencyKey): Promise<KeptAnswer | undefined> =>
  db
    .selectFrom('idempotency_keys')
    .select(['body_hash', 'status', 'headers', 'answer'])
    .where('actor', '=', actor)
    .where('path', '=', path)
    .where('key', '=', key)
    .$narrowType<{ headers: Record<string, string> | null }>()
    .executeTakeFirst();

export async function saveAnswer(
  db: Database,
  { actor, path, key }: IdempotencyKey,
  kept: { status: number; headers: string; answer: string; expires_at: Date },
): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set(kept)
    .where('actor', '=', actor)
    .where('path', '=', path)
    .where('key', '=', key)
    .execute();
}

export async function releaseKey(db: Database, { actor, path, key }: IdempotencyKey): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('actor', '=', actor)
    .where('path', '=', path)
    .where('key', '=', key)
    .execute();
}

/** Forgets keys whose time is over. */
export async function pruneIdempotencyKeys({ db, now }: Platform): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('expires_at', '<=', now().toISOString()).execute();
}
