import type { TxContext } from '#server/platform/context.ts';

export async function saveRoleSoul({ db, orgId }: TxContext, id: string, soul: object | null): Promise<void> {
  await db
    .updateTable('agents')
    .set({ role_soul: soul === null ? null : JSON.stringify(soul) })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}
