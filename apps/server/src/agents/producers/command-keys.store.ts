import type { Context, TxContext } from '#server/platform/context.ts';

/** The command key of a process as it is stored, encrypted for {@link keyPlace}. */
export async function findKey({ db, orgId }: Context, producerId: string): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('producers')
    .select('command_key_enc')
    .where('org_id', '=', orgId)
    .where('id', '=', producerId)
    .executeTakeFirst();
  return row?.command_key_enc ?? undefined;
}

export async function saveKey({ db, orgId }: TxContext, producerId: string, sealed: Buffer): Promise<void> {
  await db
    .updateTable('producers')
    .set({ command_key_enc: sealed })
    .where('org_id', '=', orgId)
    .where('id', '=', producerId)
    .execute();
}

export const keyPlace = (producerId: string): string => `producers.command_key_enc:${producerId}`;
