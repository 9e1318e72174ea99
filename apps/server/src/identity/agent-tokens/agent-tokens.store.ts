import { sql } from 'kysely';
import type { AgentCaller } from '#server/platform/context.ts';
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

/** An agent, as far as its rights need it. */
export interface AgentOfToken {
  id: string;
  org_id: string;
  name: string;
  kind: AgentCaller['agentKind'];
  board_id: string | null;
  gateway_id: string | null;
}

const AGENT = ['a.id', 'a.org_id', 'a.name', 'a.kind', 'a.board_id', 'a.gateway_id'] as const;

/** An agent with the token that named it. */
interface AgentByToken extends AgentOfToken {
  token_id: string;
  created_at: string;
  last_used_at: string;
}

/** The agent that a live token of its own names: one look-up by the unique index. */
export async function findAgentOfToken(db: Database, hash: Buffer, now: Date): Promise<AgentByToken | undefined> {
  const { rows } = await sql<AgentByToken>`
    select t.id as token_id, t.created_at, t.last_used_at, a.id, a.org_id, a.name, a.kind, a.board_id, a.gateway_id
    from agent_tokens t join agents a on a.org_id = t.org_id and a.id = t.agent_id
    where t.hash = ${hash} and t.state <> 'revoked' and (t.expires_at is null or t.expires_at > ${now})
      and a.control_state <> 'retired'`.execute(db);
  return rows[0];
}

/** An agent of a process, by slug or id. */
export const findAgentOfProcess = (
  db: Database,
  { org_id, producer_id }: ProcessToken,
  agent: string,
): Promise<AgentOfToken | undefined> =>
  db
    .selectFrom('producer_agents as p')
    .innerJoin('agents as a', (join) => join.onRef('a.org_id', '=', 'p.org_id').onRef('a.id', '=', 'p.agent_id'))
    .select(AGENT)
    .where('p.org_id', '=', org_id)
    .where('p.producer_id', '=', producer_id)
    .where((eb) => eb.or([eb('a.slug', '=', agent), eb(eb.cast<string>('a.id', 'text'), '=', agent)]))
    .where('a.control_state', '<>', 'retired')
    .$narrowType<{ kind: AgentCaller['agentKind'] }>()
    .executeTakeFirst();

export async function saveAgentTokenUsed(db: Database, id: string, at: Date): Promise<void> {
  await db.updateTable('agent_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
}

/** A token of an agent that still counts. */
export interface AgentToken {
  slot: 'A' | 'B' | null;
  state: 'pending' | 'active' | 'retiring';
  /** SHA-256 of the file that carries it, hexadecimal; null for one that no file carries. */
  fileHash: string | null;
  activatedAt: string | null;
}

/** Gives an agent a token of its own, in a slot that is free: two may live while one replaces the other. */
export async function insertAgentToken(
  db: Tx,
  token: {
    id: string;
    org_id: string;
    agent_id: string;
    hash: Buffer;
    file_hash: Buffer;
    slot: 'A' | 'B';
    state: 'pending' | 'active';
    activated_at: Date | null;
  },
): Promise<void> {
  await db.insertInto('agent_tokens').values(token).execute();
}

/** Tokens of an agent that still count, the active one first. */
export async function listLiveTokens(db: Database, orgId: string, agentId: string, now: Date): Promise<AgentToken[]> {
  const rows = await db
    .selectFrom('agent_tokens')
    .select(['slot', 'state', 'activated_at as activatedAt'])
    .select(sql<string | null>`encode(file_hash, 'hex')`.as('fileHash'))
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('state', '<>', 'revoked')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now.toISOString())]))
    .orderBy('state')
    .execute();
  return rows as AgentToken[]; // slot and state are checked by the database
}

/** Forgets every token of an agent. */
export async function removeAgentTokens(db: Tx, orgId: string, agentId: string): Promise<void> {
  await db.deleteFrom('agent_tokens').where('org_id', '=', orgId).where('agent_id', '=', agentId).execute();
}

/** Forgets every token of an agent but the active one. */
export async function removeReplacedTokens(db: Tx, orgId: string, agentId: string): Promise<void> {
  await db
    .deleteFrom('agent_tokens')
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('state', '<>', 'active')
    .execute();
}

export async function findActiveSlot(db: Tx, orgId: string, agentId: string): Promise<string | null | undefined> {
  const row = await db
    .selectFrom('agent_tokens')
    .select('slot')
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row?.slot;
}

/** The pending token becomes active, the active one retires, if there is a pending one. */
export async function saveRotated(
  db: Tx,
  orgId: string,
  agentId: string,
  { at, retiredAt }: { at: Date; retiredAt: Date },
): Promise<void> {
  await sql`update agent_tokens set
      state = case state when 'pending' then 'active' else 'retiring' end,
      activated_at = case state when 'pending' then ${at}::timestamptz else activated_at end,
      expires_at = case state when 'pending' then null else ${retiredAt}::timestamptz end
    where org_id = ${orgId} and agent_id = ${agentId} and state in ('pending', 'active')
      and exists (select 1 from agent_tokens p where p.agent_id = ${agentId} and p.state = 'pending')`.execute(db);
}
