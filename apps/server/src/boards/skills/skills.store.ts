import { type RawBuilder, sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { MarketplaceQuery, MarketplaceSkillCardRead, MarketplaceSkillRead, SkillFacets } from './skills.schema.ts';

const MAX_ROWS = 1_000;

const COLUMNS = [
  's.id',
  's.org_id as organization_id',
  's.name',
  's.description',
  's.category',
  's.risk',
  's.source',
  's.source_url',
  's.metadata',
  's.pack_id',
  's.stale',
  's.created_at',
  's.updated_at',
] as const;

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('marketplace_skills as s')
    .select(COLUMNS)
    .where('s.org_id', '=', orgId)
    .$narrowType<Pick<MarketplaceSkillRead, 'metadata'>>();

/** The filters of the marketplace as one condition on `s`. */
function matches({ search, category, risk, pack_id }: MarketplaceQuery): RawBuilder<boolean> {
  const conditions = [sql`true`];
  if (search?.trim()) {
    const pattern = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`concat_ws(E'\n', s.name, s.description, s.category, s.risk, s.source) ilike ${pattern}`);
  }
  if (category?.trim()) conditions.push(sql`lower(btrim(s.category)) = lower(${category.trim()})`);
  if (risk?.trim().toLowerCase() === 'uncategorized') conditions.push(sql`coalesce(btrim(s.risk), '') = ''`);
  else if (risk?.trim()) conditions.push(sql`lower(btrim(s.risk)) = lower(${risk.trim()})`);
  // The address of a pack is the beginning of its skills' addresses; another pack may begin with the same letters.
  if (pack_id)
    conditions.push(sql`exists (select 1 from skill_packs p where p.org_id = s.org_id and p.id = ${pack_id}
      and (s.pack_id = p.id or s.source_url = p.source_url or starts_with(s.source_url, p.source_url || '/')))`);
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}

export interface Cards {
  items: MarketplaceSkillCardRead[];
  total: number;
  limit: number;
}

/** Skills with what one gateway has of them, newest first; with how many there are. */
export async function listCards(ctx: Context, query: MarketplaceQuery): Promise<Cards> {
  const limit = query.limit ?? MAX_ROWS;
  const [items, { total }] = await Promise.all([
    select(ctx)
      .leftJoin('gateway_installed_skills as i', (join) =>
        join
          .onRef('i.org_id', '=', 's.org_id')
          .onRef('i.skill_id', '=', 's.id')
          .on('i.gateway_id', '=', query.gateway_id),
      )
      .select(['i.created_at as installed_at', sql<boolean>`i.id is not null`.as('installed')])
      .select(
        sql<string[]>`array(select g.gateway_id from gateway_installed_skills g
          where g.org_id = s.org_id and g.skill_id = s.id order by g.gateway_id)`.as('gateway_ids'),
      )
      .where(matches(query))
      .orderBy('s.created_at', 'desc')
      .orderBy('s.id', 'desc')
      .limit(limit)
      .offset(query.offset)
      .execute(),
    ctx.db
      .selectFrom('marketplace_skills as s')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('s.org_id', '=', ctx.orgId)
      .where(matches(query))
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total, limit };
}

/** The categories and risks that skills have, each once, by name. */
export async function findFacets({ db, orgId }: Context): Promise<SkillFacets> {
  const listNames = (column: 'category' | 'risk') =>
    sql<
      string[]
    >`coalesce(array_agg(distinct lower(btrim(${sql.ref(column)})) order by lower(btrim(${sql.ref(column)})))
      filter (where btrim(${sql.ref(column)}) <> ''), '{}')`;
  return db
    .selectFrom('marketplace_skills')
    .select([listNames('category').as('categories'), listNames('risk').as('risks')])
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
}

export const findSkill = (ctx: Context, id: string): Promise<MarketplaceSkillRead | undefined> =>
  select(ctx).where('s.id', '=', id).executeTakeFirst();

export const lockSkillOfUrl = (ctx: TxContext, sourceUrl: string): Promise<MarketplaceSkillRead | undefined> =>
  select(ctx).where('s.source_url', '=', sourceUrl).forUpdate('s').executeTakeFirst();

/** What people may say of a skill themselves. */
export type SkillValues = Pick<MarketplaceSkillRead, 'name' | 'description'>;

/** False when there is a skill of that address already. */
export async function insertSkill(
  { db, orgId, now }: TxContext,
  row: SkillValues & { id: string; source_url: string },
): Promise<boolean> {
  const at = now();
  const inserted = await db
    .insertInto('marketplace_skills')
    .values({ ...row, org_id: orgId, metadata: '{}', created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.columns(['org_id', 'source_url']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function saveSkill({ db, orgId, now }: TxContext, id: string, values: SkillValues): Promise<void> {
  await db
    .updateTable('marketplace_skills')
    .set({ ...values, updated_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** Whether it was there. */
export async function removeSkill({ db, orgId }: TxContext, id: string): Promise<boolean> {
  const row = await db
    .deleteFrom('marketplace_skills')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}
