import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { onConstraint, Problem } from '#server/platform/problem.ts';
import type { SkillPackRead } from './packs.schema.ts';

/** What a pack holds besides its identity. */
export type PackValues = Pick<SkillPackRead, 'name' | 'description' | 'source_url' | 'branch' | 'metadata'>;

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('skill_packs as p')
    .select(['p.id', 'p.org_id as organization_id', 'p.name', 'p.description', 'p.source_url', 'p.branch'])
    .select(['p.metadata', 'p.last_synced_at', 'p.last_error', 'p.version', 'p.created_at', 'p.updated_at'])
    .select(
      sql<number>`(select count(*)::int from marketplace_skills s
        where s.org_id = p.org_id and s.pack_id = p.id)`.as('skill_count'),
    )
    .where('p.org_id', '=', orgId)
    .$narrowType<Pick<SkillPackRead, 'metadata' | 'last_error'>>();

/** Newest first. */
export const listPacks = (ctx: Context): Promise<SkillPackRead[]> =>
  select(ctx).orderBy('p.created_at', 'desc').orderBy('p.id', 'desc').execute();

export const findPack = (ctx: Context, id: string): Promise<SkillPackRead | undefined> =>
  select(ctx).where('p.id', '=', id).executeTakeFirst();

export const lockPack = (ctx: TxContext, id: string): Promise<SkillPackRead | undefined> =>
  select(ctx).where('p.id', '=', id).forUpdate('p').executeTakeFirst();

export const lockPackOfUrl = (ctx: TxContext, sourceUrl: string): Promise<SkillPackRead | undefined> =>
  select(ctx).where('p.source_url', '=', sourceUrl).forUpdate('p').executeTakeFirst();

const toRow = ({ metadata, ...values }: PackValues) => ({ ...values, metadata: JSON.stringify(metadata) });

/** False when there is a pack of that address already. */
export async function insertPack({ db, orgId, now }: TxContext, id: string, values: PackValues): Promise<boolean> {
  const at = now();
  const row = await db
    .insertInto('skill_packs')
    .values({ id, org_id: orgId, ...toRow(values), created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.columns(['org_id', 'source_url']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Throws `skill_pack.url_taken`. */
export async function savePack({ db, orgId, now }: TxContext, id: string, values: PackValues): Promise<void> {
  const statement = db
    .updateTable('skill_packs')
    .set({ ...toRow(values), updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id);
  await onConstraint(
    statement.execute(),
    'skill_packs_org_id_source_url_key',
    () => new Problem('skill_pack.url_taken', 409, 'There is another pack of this address.'),
  );
}

export async function removePack({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('skill_packs').where('org_id', '=', orgId).where('id', '=', id).execute();
}

/** What the last sync came to; it is no change of the pack. */
export async function savePackSync(
  { db, orgId }: TxContext,
  id: string,
  outcome: { last_synced_at: Date } | { last_error: SkillPackRead['last_error'] },
): Promise<void> {
  const values =
    'last_error' in outcome
      ? { last_error: JSON.stringify(outcome.last_error) }
      : { last_synced_at: outcome.last_synced_at, last_error: null };
  await db.updateTable('skill_packs').set(values).where('org_id', '=', orgId).where('id', '=', id).execute();
}
