import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';
import type { Tx } from '#server/platform/postgres/database.ts';
import type { Sums } from '../detectors/sums.rules.ts';

/** Up to when runs were learned; undefined before the first time. Holds the place until the transaction ends. */
export async function lockProgress(db: Tx): Promise<Date | undefined> {
  const { rows } = await sql<{ at: number }>`
    select extract(epoch from learned_until)::float8 * 1000 as at from baseline_progress for update`.execute(db);
  return rows[0] && new Date(rows[0].at);
}

export const saveProgress = async (db: Tx, until: Date): Promise<void> => {
  await sql`insert into baseline_progress (learned_until) values (${until})
    on conflict (id) do update set learned_until = excluded.learned_until`.execute(db);
};

/** Agents from which nothing is learned now: as a whole they are not as usual. What is wrong with single runs tells nothing of that. */
export async function listTroubled({ db }: Platform): Promise<Set<string>> {
  const { rows } = await sql<{ agent_id: string }>`
    select distinct agent_id from anomalies where state <> 'closed' and severity <> 'low' and baseline_level <> 'none'`.execute(
    db,
  );
  return new Set(rows.map(({ agent_id }) => agent_id));
}

export interface LearnedRow {
  org_id: string;
  agent_id: string;
  cell: string;
  sums: Sums;
  day: string;
  version_id: string | null;
}

/** What was learned of cells, and the versions that their agents run now. */
export async function listLearned(
  db: Tx,
  cells: readonly { agent_id: string; cell: string }[],
): Promise<{ rows: LearnedRow[]; versions: Map<string, string | null> }> {
  const given = JSON.stringify(cells);
  const { rows } = await sql<LearnedRow>`
    select b.org_id, b.agent_id, b.cell, b.sums, b.day::text as day, b.version_id
    from jsonb_to_recordset(${given}::jsonb) as g (agent_id uuid, cell text)
    join baselines b on b.agent_id = g.agent_id and b.cell = g.cell`.execute(db);
  const { rows: agents } = await sql<{ id: string; active_version_id: string | null }>`
    select id, active_version_id from agents where id in (
      select g.agent_id from jsonb_to_recordset(${given}::jsonb) as g (agent_id uuid))`.execute(db);
  return { rows, versions: new Map(agents.map((agent) => [agent.id, agent.active_version_id])) };
}

export async function saveLearned(db: Tx, rows: readonly LearnedRow[], at: Date): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into baselines as b (org_id, agent_id, cell, sums, day, version_id, updated_at)
    select g.*, ${at} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as g (org_id uuid, agent_id uuid, cell text, sums jsonb, day date, version_id uuid)
      join agents a on a.org_id = g.org_id and a.id = g.agent_id
    on conflict (org_id, agent_id, cell) do update set
      sums = excluded.sums, day = excluded.day, version_id = excluded.version_id, updated_at = excluded.updated_at`.execute(
    db,
  );
}

interface CellRow {
  agent_id: string;
  cell: string;
  sums: Sums;
  flows: string[];
}

/** What is usual for these agents in these cells. */
export async function listCells(
  { db }: Platform,
  agentIds: readonly string[],
  cells: readonly string[],
): Promise<CellRow[]> {
  const { rows } = await sql<CellRow>`
    select agent_id, cell, sums, flows from baselines
    where agent_id = any(${agentIds}::uuid[]) and cell = any(${cells}::text[])`.execute(db);
  return rows;
}

/** Remembers pairs of a store and a tool as seen. */
export async function saveFlows({ db }: Platform, agentId: string, flows: readonly string[]): Promise<void> {
  await sql`update baselines set flows = (
      select coalesce(array_agg(distinct flow), '{}') from unnest(flows || ${flows}::text[]) flow)
    where agent_id = ${agentId} and cell = 'all'`.execute(db);
}

/** The whole of what was learned of an agent; undefined sums before anything was. Undefined for an unknown agent. */
export async function findBaseline({ db, orgId }: Context, agentId: string) {
  const { rows } = await sql<{ sums: Sums | null; updated_at: string | null }>`
    select b.sums, b.updated_at from agents a
    left join baselines b on b.org_id = a.org_id and b.agent_id = a.id and b.cell = 'all'
    where a.org_id = ${orgId} and a.id = ${agentId}`.execute(db);
  return rows[0];
}

export async function removeBaselines({ db, orgId }: Context, agentId: string): Promise<void> {
  await db.deleteFrom('baselines').where('org_id', '=', orgId).where('agent_id', '=', agentId).execute();
}
