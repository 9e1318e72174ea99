import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { newId } from '#server/platform/ids.ts';
import type { TestApp } from './app.ts';

/** The tables that hold rows of organizations, partitions left out. */
export async function listTenantTables({ platform: { db } }: TestApp): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

/** How many rows of the organization a table holds. */
export async function countRows({ platform: { db } }: TestApp, table: string, orgId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from ${sql.table(table)} where org_id = ${orgId}`.execute(db);
  return rows[0]?.n ?? 0;
}

interface Column {
  name: string;
  type: string;
  /** The table whose `id` this column names by a foreign key. */
  target: string | null;
  /** The first of the texts that a check lets it be. */
  choice: string | null;
}

/** What the type does not tell: columns that a check narrows, by name or by table and name. */
const KNOWN: Record<string, unknown> = {
  'access_tokens.scopes': ['read'],
  'agent_health.health': 'green',
  'agent_tokens.state': 'active',
  'approval_decisions.decision': 'approved',
  'approval_delegations.to_user_id': newId(),
  'approval_delegations.until': new Date(Date.now() + 86_400_000),
  'baselines.cell': 'all',
  'backtests.to_at': new Date(Date.now() + 86_400_000),
  'gateway_device_tokens.scopes': ['operator.read'],
  'outbound_webhooks.event_types': ['task.created'],
  'service_keys.scopes': ['read'],
  'skill_packs.source_url': 'https://github.com/owner/pack',
  'violations.enforcement': 'blocked',
  'violations.mode': 'enforce',
  'violations.verdict': 'block',
  'approvals.requested_by_kind': 'user',
  'policy_versions.hash': '0'.repeat(64),
  'task_dependencies.depends_on_task_id': newId(),
  args_hash: '0'.repeat(64),
  to_status: 'done',
};

/**
 * Gives every table that holds nothing of the organization one row of it, whatever the table: required columns by their
 * type, references among the rows made here.
 */
export async function populateOrganization(app: TestApp, orgId: string): Promise<void> {
  const tables = await listTenantTables(app);
  const ids = new Map<string, string>();
  for (const table of ['users', ...tables]) ids.set(table, (await findId(app, table, orgId)) ?? newId());
  await app.platform.db.transaction().execute(async (tx) => {
    // References stand when all is in: until then nobody looks.
    await sql`set local session_replication_role = replica`.execute(tx);
    for (const table of tables) {
      if ((await countRows(app, table, orgId)) > 0) continue;
      const columns = await listRequiredColumns(app, table);
      const values = Object.fromEntries(columns.map((column) => [column.name, toValue(table, column, ids)]));
      const row = { ...values, org_id: orgId, ...toExtra(table, ids) };
      const names = Object.keys(row).map((name) => sql.ref(name));
      await sql`insert into ${sql.table(table)} (${sql.join(names)}) values (${sql.join(Object.values(row))})`
        .execute(tx)
        .catch((error) => {
          throw new Error(`${table}: ${error.message}. Say in test/populate.ts what the table asks for.`);
        });
    }
  });
}

/** The id of a row that the organization has already. */
async function findId({ platform: { db } }: TestApp, table: string, orgId: string): Promise<string | undefined> {
  const isTenant = table !== 'users';
  const { rows } = await sql<{ row: { id?: string } }>`select to_jsonb(t) as row from ${sql.table(table)} t
    where ${isTenant ? sql`t.org_id = ${orgId}` : sql`true`} limit 1`.execute(db);
  return typeof rows[0]?.row.id === 'string' ? rows[0].row.id : undefined;
}

/** Columns that may be null, of which a check wants one. */
function toExtra(table: string, ids: Map<string, string>): Record<string, unknown> {
  if (table === 'approvals') return { board_id: ids.get('boards') };
  if (table === 'webhook_deliveries') return { outbound_webhook_id: ids.get('outbound_webhooks') };
  return table === 'agent_tokens' ? { agent_id: ids.get('agents') } : {};
}

async function listRequiredColumns({ platform: { db } }: TestApp, table: string): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      (select c.confrelid::regclass::text from pg_constraint c
        cross join unnest(c.conkey, c.confkey) as pair (own, theirs)
        join pg_attribute t on t.attrelid = c.confrelid and t.attnum = pair.theirs
        where c.conrelid = a.attrelid and c.contype = 'f' and pair.own = a.attnum and t.attname = 'id'
        limit 1) as target,
      (select substring(pg_get_constraintdef(c.oid) from 'ARRAY\\[''([^'']+)''') from pg_constraint c
        where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum] limit 1) as choice
    from pg_attribute a
    where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped and a.attnotnull
      and not a.atthasdef and a.attidentity = ''`.execute(db);
  return rows;
}

function toValue(table: string, { name, type, target, choice }: Column, ids: Map<string, string>): unknown {
  const known = KNOWN[`${table}.${name}`] ?? KNOWN[name];
  if (known !== undefined) return known;
  if (choice !== null && type === 'text') return choice;
  if (name === 'id') return ids.get(table);
  if (type === 'uuid') return ids.get(target ?? name.replace(/_id$/, 's')) ?? newId();
  return toValueOf(type);
}

function toValueOf(type: string): unknown {
  if (type.endsWith('[]')) return [];
  if (type === 'jsonb' || type === 'json') return '{}';
  if (type === 'bytea') return randomBytes(32);
  if (type === 'boolean') return false;
  if (type === 'xid8') return '1';
  if (type.startsWith('timestamp') || type === 'date') return new Date();
  return /^(bigint|integer|smallint|double)/.test(type) ? 1 : 'x';
}
