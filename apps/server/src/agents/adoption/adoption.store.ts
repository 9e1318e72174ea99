import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { type AgentRow, rowsOf } from '../registry/agent-rows.store.ts';

export const listRowsAt = (ctx: Context, gatewayId: string): Promise<AgentRow[]> =>
  rowsOf(ctx).where('gateway_id', '=', gatewayId).execute();

/** What becomes of an agent that was only seen. */
export interface Adopted {
  name: string;
  board_id: string | null;
  managed: boolean;
  openclaw_session_id: string;
  workspace_path: string | null;
}

/** An agent that was only seen is one of ours from now on, with its history. */
export async function saveAdopted({ db, orgId, now }: TxContext, id: string, adopted: Adopted): Promise<void> {
  const at = now();
  await db
    .updateTable('agents')
    .set({ ...adopted, kind: 'worker', adopted: true, control_state: 'active', enforce_capabilities: 'enforce' })
    .set({ status: 'online', last_seen_at: at, updated_at: at, version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function saveManaged({ db, orgId, now }: TxContext, id: string): Promise<void> {
  await db
    .updateTable('agents')
    .set({ managed: true, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}
