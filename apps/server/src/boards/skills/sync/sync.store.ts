import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { FoundSkill } from './found-skill.rules.ts';

/** How many rows were new, and how many were changed. */
export interface SavedSkills {
  created: number;
  updated: number;
}

/** Inserts or changes skills of a pack by their addresses; ones that are as they were stay untouched. */
export async function upsertSkills(tx: TxContext, packId: string, skills: FoundSkill[]): Promise<SavedSkills> {
  const at = tx.now();
  const rows = skills.map((skill) => ({ ...skill, id: newId(at) }));
  const { rows: saved } = await sql<{ is_new: boolean }>`
    insert into marketplace_skills as s
      (id, org_id, name, description, category, risk, source, source_url, metadata, pack_id, created_at, updated_at)
    select n.id, ${tx.orgId}, n.name, n.description, n.category, n.risk, n.source, n.source_url, n.metadata, ${packId},
      ${at}, ${at}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (id uuid, name text, description text, category text,
      risk text, source text, source_url text, metadata jsonb)
    on conflict (org_id, source_url) do update set name = excluded.name, description = excluded.description,
      category = excluded.category, risk = excluded.risk, source = excluded.source, metadata = excluded.metadata,
      pack_id = excluded.pack_id, stale = false, updated_at = excluded.updated_at
    where (s.name, s.description, s.category, s.risk, s.source, s.metadata, s.pack_id, s.stale) is distinct from
      (excluded.name, excluded.description, excluded.category, excluded.risk, excluded.source, excluded.metadata,
       excluded.pack_id, false)
    returning (xmax = 0) as is_new`.execute(tx.db);
  const created = saved.filter(({ is_new }) => is_new).length;
  return { created, updated: saved.length - created };
}

/** Marks the skills that the pack has no more; returns how many. */
export async function markStale({ db, orgId, now }: TxContext, packId: string, kept: string[]): Promise<number> {
  const { rows } = await sql`
    update marketplace_skills set stale = true, updated_at = ${now()}
    where org_id = ${orgId} and pack_id = ${packId} and not stale and source_url <> all(${kept}::text[])
    returning id`.execute(db);
  return rows.length;
}
