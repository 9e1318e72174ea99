import { sql } from 'kysely';
import type { Platform, TxContext } from '#server/platform/context.ts';
import { AWAKE, type ChangedAgent } from '../check-ins/check-ins.store.ts';

/** An agent of a gateway that was seen. */
export interface SeenAt {
  gateway_id: string;
  gateway_agent_id: string;
}

/** A sign of life is written down at most this often. */
const TOUCH_MS = 30_000;

/** Notes signs of life of agents of gateways; returns those that came back by it. */
export async function saveSeen(tx: TxContext, seen: SeenAt[]): Promise<ChangedAgent[]> {
  if (seen.length === 0) return [];
  const { rows } = await sql<ChangedAgent & { was: string }>`
    with seen as (
      select a.id, a.status from agents a
      join jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as s (gateway_id uuid, gateway_agent_id text)
        on s.gateway_id = a.gateway_id and s.gateway_agent_id = a.gateway_agent_id
      where a.last_seen_at is null or a.last_seen_at < ${new Date(tx.now().getTime() - TOUCH_MS)}
        or a.status = 'offline' or a.lifecycle_state = 'waking'
      order by a.id for no key update of a)
    update agents a set last_seen_at = ${tx.now()},
      status = case when a.status = 'offline' then 'online' else a.status end, ${AWAKE}
    from seen where a.id = seen.id
    returning a.org_id, a.id, a.status, a.lifecycle_state, a.provision_action, seen.status as was`.execute(tx.db);
  return rows.filter(({ was }) => was === 'offline');
}

/**
 * Notes that gateways list agents; those of whom nothing is wrong count as seen by it. Returns those that came back.
 */
export async function saveListed(tx: TxContext, listed: SeenAt[]): Promise<ChangedAgent[]> {
  if (listed.length === 0) return [];
  const { rows } = await sql<ChangedAgent & { was: string }>`
    with listed as (
      select a.id, a.status from agents a
      join jsonb_to_recordset(${JSON.stringify(listed)}::jsonb) as s (gateway_id uuid, gateway_agent_id text)
        on s.gateway_id = a.gateway_id and s.gateway_agent_id = a.gateway_agent_id
      where a.last_error is null order by a.id for no key update of a)
    update agents a set last_seen_at = ${tx.now()},
      status = case when a.status = 'offline' then 'online' else a.status end
    from listed where a.id = listed.id
    returning a.org_id, a.id, a.status, a.lifecycle_state, a.provision_action, listed.status as was`.execute(tx.db);
  return rows.filter(({ was }) => was === 'offline');
}

/** A wake-up whose run failed in the model: the agent lives, but says why it cannot work. */
export async function saveRunFailed(
  tx: TxContext,
  runId: string,
  message: string,
): Promise<{ org_id: string; id: string }[]> {
  const error = { code: 'agent.run_failed', message: message.slice(0, 500), at: tx.now().toISOString() };
  const { rows } = await sql<{ org_id: string; id: string }>`
    update agents a set last_error = ${JSON.stringify(error)}::jsonb
    from work_jobs j where j.id = ${runId} and j.kind = 'gateway.send' and j.payload ->> 'kind' = 'agent.wake'
      and a.org_id = j.org_id and a.id = (j.payload ->> 'agent_id')::uuid
    returning a.org_id, a.id`.execute(tx.db);
  return rows;
}

/** Gateways of all organizations that are connected now. */
export const listConnected = ({ db }: Platform): Promise<{ org_id: string; id: string }[]> =>
  db.selectFrom('gateways').select(['org_id', 'id']).where('status', '=', 'connected').orderBy('id').execute();
