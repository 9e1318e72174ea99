import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { type AgentRow, rowsOf } from '../registry/agent-rows.store.ts';

export const listRowsAt = (ctx: Context, gatewayId: string): Promise<AgentRow[]> =>
  rowsOf(ctx).where('gateway_id', '=', gatewayId).execute();

/** What is known of an agent that is taken over as it stands. */
export interface AdoptedAgent {
  id: string;
  slug: string;
  name: string;
  gateway_id: string;
  board_id: string;
  gateway_agent_id: string;
  openclaw_session_id: string;
  workspace_path: string | null;
  managed: boolean;
}

const ADOPTED = {
  kind: 'worker',
  origin: 'openclaw',
  agent_type: 'openclaw',
  adopted: true,
  status: 'online',
} as const;

/** Makes the row of an adopted agent; one that was only seen becomes it, with its history. */
export async function saveAdopted({ db, orgId, now }: TxContext, seenId: string | null, agent: AdoptedAgent) {
  const at = now();
  if (seenId === null) {
    await db
      .insertInto('agents')
      .values({ ...agent, ...ADOPTED, org_id: orgId, last_seen_at: at, created_at: at, updated_at: at })
      .execute();
    return;
  }
  const { id: _, slug: __, ...fields } = agent;
  await db
    .updateTable('agents')
    .set({ ...fields, ...ADOPTED, control_state: 'active', enforce_capabilities: 'enforce', last_seen_at: at })
    .set({ updated_at: at, version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', seenId)
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
