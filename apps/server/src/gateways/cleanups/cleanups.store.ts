import type { TxContext } from '#server/platform/context.ts';

/** How a gateway is reached. */
export interface GatewayAddress {
  id: string;
  url: string;
  token_enc: Buffer | null;
  workspace_root: string;
  disable_device_pairing: boolean;
  allow_insecure_tls: boolean;
}

export const listGatewayAddresses = ({ db, orgId }: TxContext, ids: string[]): Promise<GatewayAddress[]> =>
  db
    .selectFrom('gateways')
    .select(['id', 'url', 'token_enc', 'workspace_root', 'disable_device_pairing', 'allow_insecure_tls'])
    .where('org_id', '=', orgId)
    .where('id', 'in', ids)
    .execute();

export interface NewCleanup {
  id: string;
  gateway_url: string;
  gateway_token_enc: Buffer | null;
  flags: string;
  gateway_agent_id: string;
  session_key: string | null;
  workspace_path: string;
  reason: string;
}

export async function insertCleanups({ db, orgId, now }: TxContext, cleanups: NewCleanup[]): Promise<void> {
  if (cleanups.length === 0) return;
  await db
    .insertInto('gateway_cleanups')
    .values(cleanups.map((cleanup) => ({ ...cleanup, org_id: orgId, created_at: now(), next_retry_at: now() })))
    .execute();
}
