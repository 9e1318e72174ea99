import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Database } from '#server/platform/postgres/database.ts';
import type { SignedHead } from '../audit.schema.ts';

/** Organizations whose chain has grown by so many entries, or for so long, since its end was signed. */
export async function listUnsigned(db: Database, { entries, ms }: { entries: number; ms: number }): Promise<string[]> {
  const { rows } = await sql<{ org_id: string }>`
    select org_id from audit_heads
    where seq > signed_seq and (seq - signed_seq >= ${entries}
      or coalesce(signed_at, '-infinity') <= clock_timestamp() - ${ms} * interval '1 ms')
    order by org_id`.execute(db);
  return rows.map(({ org_id }) => org_id);
}

/** The end of the organization's chain, locked. */
export const lockHead = ({ db, orgId }: TxContext) =>
  db
    .selectFrom('audit_heads')
    .select(['seq', 'hash', 'signed_seq'])
    .where('org_id', '=', orgId)
    .forUpdate()
    .executeTakeFirst();

export async function saveSignedHead({ db, orgId }: TxContext, head: SignedHead): Promise<void> {
  await db
    .updateTable('audit_heads')
    .set({ signed_seq: head.seq, signed_at: head.at, signed_head: JSON.stringify(head) })
    .where('org_id', '=', orgId)
    .execute();
}

/** The last end of the organization's chain that was signed. */
export async function findSignedHead({ db, orgId }: Context): Promise<SignedHead | undefined> {
  const { rows } = await sql<{ signed_head: SignedHead }>`
    select signed_head from audit_heads where org_id = ${orgId} and signed_head is not null`.execute(db);
  return rows[0]?.signed_head;
}

/** The hash of an entry; undefined when there is none of that number. */
export const findHash = async ({ db, orgId }: Context, seq: number): Promise<string | undefined> =>
  (await db.selectFrom('audit').select('hash').where('org_id', '=', orgId).where('seq', '=', seq).executeTakeFirst())
    ?.hash;

/** Organizations with entries since `since`. */
export const listActive = async (db: Database, since: Date): Promise<string[]> =>
  (
    await db
      .selectFrom('audit_heads')
      .select('org_id')
      .where('updated_at', '>=', since.toISOString())
      .orderBy('org_id')
      .execute()
  ).map(({ org_id }) => org_id);
