import { sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import type { CommandType } from './commands.schema.ts';

/** The NOTIFY channel that wakes the command channels; it carries a hint, never data. */
export const COMMANDS_CHANNEL = 'mc_commands';

/** A process that was heard this recently is told; one that comes back later reads its bundles anew. */
const LIVE_MS = 15 * 60_000;

/** What is to be said, before it has an addressee. */
export interface NewCommand {
  type: CommandType;
  body: object;
  ttlS: number;
}

/** Which processes are told: all that report for the agents, or one. */
interface Addressees {
  agentIds?: string[];
  producerId?: string;
}

/** Writes a command for each living process and agent, and wakes the channels on commit. */
export async function insertCommands(
  { db, orgId, now }: TxContext,
  { type, body, ttlS }: NewCommand,
  { agentIds, producerId }: Addressees,
): Promise<void> {
  const at = now();
  const expiresAt = new Date(at.getTime() + ttlS * 1_000);
  const rows =
    agentIds === undefined
      ? sql`select p.id as producer_id, ${JSON.stringify(body)}::jsonb as body from producers p
          where p.org_id = ${orgId} and p.id = ${producerId}`
      : sql`select pa.producer_id,
            ${JSON.stringify(body)}::jsonb || jsonb_build_object('agent_id', a.id, 'bundle', a.bundle) as body
          from agents a
          join producer_agents pa on pa.org_id = a.org_id and pa.agent_id = a.id
          join producers p on p.org_id = pa.org_id and p.id = pa.producer_id
          where a.org_id = ${orgId} and a.id = any(${agentIds}::uuid[])
            and p.last_seen_at > ${new Date(at.getTime() - LIVE_MS)}`;
  await sql`
    with told as (
      insert into commands (id, org_id, producer_id, type, body, created_at, expires_at)
      select gen_random_uuid(), ${orgId}, t.producer_id, ${type}, t.body, ${at}, ${expiresAt} from (${rows}) t
      returning 1)
    select pg_notify(${COMMANDS_CHANNEL}, '') where exists (select from told)`.execute(db);
}

/** One process of an organization. */
export interface ProcessRef {
  orgId: string;
  producerId: string;
}

const toColumns = (processes: ProcessRef[]) => sql`unnest(${processes.map(({ orgId }) => orgId)}::uuid[],
  ${processes.map(({ producerId }) => producerId)}::uuid[]) as s (org_id, producer_id)`;

/** What a process has not acknowledged yet, oldest first. */
export interface Waiting extends ProcessRef {
  ids: string[];
}

/** The commands that wait for these processes; those for whom none waits are left out. */
export async function listWaiting({ db, now }: Platform, processes: ProcessRef[]): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select s.org_id as "orgId", s.producer_id as "producerId", array_agg(c.id order by c.seq) as ids
    from ${toColumns(processes)} join commands c on c.org_id = s.org_id and c.producer_id = s.producer_id
    where c.acked_at is null and c.expires_at > ${now()} group by 1, 2`.execute(db);
  return rows;
}

/** A command as it is stored: unsigned, and bundles not yet in it. */
export interface StoredCommand {
  id: string;
  org_id: string;
  producer_id: string;
  seq: number;
  type: CommandType;
  expires_at: string;
  body: Record<string, unknown>;
}

/** Commands by their ids, in the order of their numbers. */
export async function listCommands({ db, orgId }: Context, ids: string[]): Promise<StoredCommand[]> {
  const rows = await db
    .selectFrom('commands')
    .select(['id', 'org_id', 'producer_id', 'seq', 'type', 'expires_at', 'body'])
    .where('org_id', '=', orgId)
    .where('id', 'in', ids)
    .orderBy('seq')
    .execute();
  return rows as StoredCommand[]; // type and body were checked when they were written
}

/** The processes among these that still have a token that counts. */
export async function listAdmitted({ db, now }: Platform, processes: ProcessRef[]): Promise<ProcessRef[]> {
  const { rows } = await sql<ProcessRef>`
    select distinct s.org_id as "orgId", s.producer_id as "producerId"
    from ${toColumns(processes)} join agent_tokens t on t.org_id = s.org_id and t.producer_id = s.producer_id
    where t.state = 'active' and (t.expires_at is null or t.expires_at > ${now()})`.execute(db);
  return rows;
}

/** Notes that a process has commands, by id or by number. */
export async function saveAcks(
  { db, orgId, now }: Context,
  producerId: string,
  { ids = [], seq = null }: { ids?: string[]; seq?: number | null },
): Promise<void> {
  if (ids.length === 0 && seq === null) return;
  await sql`update commands set acked_at = ${now()}
    where org_id = ${orgId} and producer_id = ${producerId} and acked_at is null
      and (id = any(${ids}::uuid[]) or seq = ${seq})`.execute(db);
}

/** What processes acknowledged with their batches. */
export interface Ack {
  org_id: string;
  producer_id: string;
  acks: string[];
}

/** {@link saveAcks} for many processes in one statement. */
export async function saveManyAcks({ db, now }: Platform, acks: Ack[]): Promise<void> {
  const flat = acks.flatMap(({ org_id, producer_id, acks: ids }) => ids.map((id) => ({ org_id, producer_id, id })));
  if (flat.length === 0) return;
  await sql`update commands c set acked_at = ${now()}
    from jsonb_to_recordset(${JSON.stringify(flat)}::jsonb) as s (org_id uuid, producer_id uuid, id uuid)
    where c.id = s.id and c.org_id = s.org_id and c.producer_id = s.producer_id and c.acked_at is null`.execute(db);
}

/** Forgets commands a while after they could last be delivered. */
export async function removeOldCommands({ db, now }: Platform): Promise<void> {
  await db
    .deleteFrom('commands')
    .where('expires_at', '<', new Date(now().getTime() - 3_600_000).toISOString())
    .execute();
}
