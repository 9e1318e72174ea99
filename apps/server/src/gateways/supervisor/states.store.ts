import type { Context, TxContext } from '#server/platform/context.ts';

export interface StateRow {
  status: string;
  boot_id: string | null;
  last_error: { code: string } | null;
}

/** Holds a gateway's row until the transaction ends. */
export const lockState = ({ db, orgId }: TxContext, id: string): Promise<StateRow | undefined> =>
  db
    .selectFrom('gateways')
    .select(['status', 'boot_id', 'last_error'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forUpdate()
    .$castTo<StateRow>()
    .executeTakeFirst();

interface State {
  status: 'connecting' | 'connected' | 'disconnected' | 'needs_attention';
  server_version?: string | null;
  protocol?: number;
  boot_id?: string | null;
  last_connected_at?: Date;
  last_error?: string | null;
}

/** Writes what was learned of a gateway; no new version, since nobody changed its settings. */
export async function saveState({ db, orgId }: Context, id: string, state: State): Promise<void> {
  await db.updateTable('gateways').set(state).where('org_id', '=', orgId).where('id', '=', id).execute();
}
