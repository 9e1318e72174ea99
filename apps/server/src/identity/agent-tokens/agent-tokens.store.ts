import type { Database, Tx } from '#server/platform/postgres/database.ts';

/** A token of a reporting process. */
export interface ProcessToken {
  id: string;
  org_id: string;
  producer_id: string;
  expires_at: string | null;
  last_used_at: string;
}

export const findProcessToken = (db: Database, hash: Buffer): Promise<ProcessToken | undefined> =>
  db
    .selectFrom('agent_tokens')
    .select(['id', 'org_id', 'producer_id', 'expires_at', 'last_used_at'])
    .where('hash', '=', hash)
    .where('state', '=', 'active')
    .where('producer_id', 'is not', null)
    .$narrowType<{ producer_id: string }>()
    .executeTakeFirst();

export async function insertProcessToken(
  db: Tx,
  token: { id: string; org_id: string; producer_id: string; hash: Buffer; last_used_at: Date; expires_at: Date },
): Promise<void> {
  await db.insertInto('agent_tokens').values(token).execute();
}

/** A process has one token: the old one dies when it enrols again. */
export async function removeProcessTokens(db: Tx, orgId: string, producerId: string): Promise<void> {
  await db.deleteFrom('agent_tokens').where('org_id', '=', orgId).where('producer_id', '=', producerId).execute();
}

export async function saveTokenUsed(
  db: Database,
  id: string,
  used: { last_used_at: Date; expires_at: Date },
): Promise<void> {
  await db.updateTable('agent_tokens').set(used).where('id', '=', id).execute();
}
