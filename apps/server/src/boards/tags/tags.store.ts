import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { onConstraint, Problem } from '#server/platform/problem.ts';
import type { TagRead, TagRef } from './tags.schema.ts';

/** What a tag holds besides its identity. */
export type TagRow = Pick<TagRead, 'name' | 'slug' | 'color' | 'description'>;

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('tags as t')
    .select([
      't.id',
      't.org_id as organization_id',
      't.name',
      't.slug',
      't.color',
      't.description',
      't.created_at',
      't.updated_at',
    ])
    .select(
      sql<number>`(select count(*)::int from tag_assignments x
        where x.org_id = t.org_id and x.tag_id = t.id)`.as('task_count'),
    )
    .where('t.org_id', '=', orgId);

/** By name; with how many there are. */
export async function listTags(ctx: Context, { limit, offset }: { limit: number; offset: number }) {
  const [items, { total }] = await Promise.all([
    select(ctx)
      .orderBy(sql`lower(t.name)`)
      .orderBy('t.created_at')
      .orderBy('t.id')
      .limit(limit)
      .offset(offset)
      .execute(),
    ctx.db
      .selectFrom('tags')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total, limit, offset };
}

/** All tags of the organization, by name. */
export const listTagRefs = ({ db, orgId }: Context): Promise<TagRef[]> =>
  db
    .selectFrom('tags')
    .select(['id', 'name', 'slug', 'color'])
    .where('org_id', '=', orgId)
    .orderBy(sql`lower(name)`)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

export const findTag = (ctx: Context, id: string): Promise<TagRead | undefined> =>
  select(ctx).where('t.id', '=', id).executeTakeFirst();

export const lockTag = (ctx: TxContext, id: string): Promise<TagRead | undefined> =>
  select(ctx).where('t.id', '=', id).forUpdate('t').executeTakeFirst();

/** Whether a tag of another organization has this id: the one thing that reading a tag tells of others (D22). */
export async function isForeignTag({ db, orgId }: Context, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('tags')
    .select('id')
    .where('org_id', '!=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

const slugTaken = (slug: string) => new Problem('tag.slug_taken', 409, `There is a tag with the slug ${slug} already.`);

/** Throws `tag.slug_taken`. */
export async function insertTag({ db, orgId, now }: TxContext, id: string, row: TagRow): Promise<void> {
  const at = now();
  const statement = db.insertInto('tags').values({ id, org_id: orgId, ...row, created_at: at, updated_at: at });
  await onConstraint(statement.execute(), 'tags_org_id_slug_key', () => slugTaken(row.slug));
}

/** Throws `tag.slug_taken`. */
export async function saveTag({ db, orgId, now }: TxContext, id: string, row: TagRow): Promise<void> {
  const statement = db
    .updateTable('tags')
    .set({ ...row, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id);
  await onConstraint(statement.execute(), 'tags_org_id_slug_key', () => slugTaken(row.slug));
}

export async function removeTag({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('tags').where('org_id', '=', orgId).where('id', '=', id).execute();
}
