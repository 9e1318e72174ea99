import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Lease } from './books/books.rules.ts';

/** The agent that a lease is for, as the caps of its policies need it. */
export interface LeaseAgent {
  id: string;
  slug: string;
  agent_type: string;
  board_id: string | null;
  board_group_id: string | null;
  bundle: number;
  max_concurrency: number | null;
}

/** An agent of the calling process; the places that it declared count where its declaration is enforced. */
export async function findLeaseAgent({ db, orgId, actor }: Context, agentId: string): Promise<LeaseAgent | undefined> {
  const { rows } = await sql<LeaseAgent>`
    select a.id, a.slug, a.agent_type, a.board_id, b.board_group_id, a.bundle,
      case when a.enforce_capabilities = 'enforce' then (v.manifest ->> 'max_concurrency')::int end as max_concurrency
    from producer_agents pa join agents a on a.id = pa.agent_id
    left join boards b on b.id = a.board_id
    left join agent_versions v on v.id = pa.version_id
    where pa.org_id = ${orgId} and pa.producer_id = ${actor.id} and pa.agent_id = ${agentId}`.execute(db);
  return rows[0];
}

/** A process lives while it was seen this recently. */
const ALIVE_MS = 45_000;

/** The living processes of an agent. */
export async function countProcesses({ db, orgId, now }: Context, agentId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from producer_agents pa
    join producers p on p.org_id = pa.org_id and p.id = pa.producer_id
    where pa.org_id = ${orgId} and pa.agent_id = ${agentId}
      and p.last_seen_at > ${new Date(now().getTime() - ALIVE_MS)}`.execute(db);
  return rows[0]?.n ?? 1;
}

/** What a lease of the calling process is for; those of other processes are nobody's. */
export async function findLeasePlace({ db, orgId, actor }: Context, id: string) {
  const { rows } = await sql<Pick<Lease, 'id' | 'kind' | 'agent_id' | 'run_id' | 'keys' | 'created_at'>>`
    select id, kind, agent_id, run_id, keys, created_at from leases
    where org_id = ${orgId} and id = ${id} and producer_id = ${actor.id}`.execute(db);
  return rows[0];
}

/** Raises the budget that people have raised by this approval; nothing where it is about something else. */
export async function liftScope({ db, orgId, now }: TxContext, approvalId: string): Promise<void> {
  await sql`
    update lease_scopes s set lifted = s.lifted + (a.payload -> 'lift' ->> 'by')::bigint, updated_at = ${now()}
    from approvals a
    where a.org_id = ${orgId} and a.id = ${approvalId} and s.org_id = a.org_id
      and s.key = a.payload -> 'lift' ->> 'scope'`.execute(db);
}
