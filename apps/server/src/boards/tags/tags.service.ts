import { isDeepStrictEqual } from 'node:util';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { slugify } from '#server/platform/text/slug.rules.ts';
import { tagCreated, tagDeleted, tagUpdated } from './tags.events.ts';
import type { TagCreate, TagRead, TagUpdate } from './tags.schema.ts';
import { findTag, insertTag, isForeignTag, lockTag, removeTag, saveTag } from './tags.store.ts';

const MAX_SLUG = 120;

const toSlug = (slug: string | null, name: string): string => slugify(slug?.trim() || name, MAX_SLUG) || 'tag';

/** Throws `tag.access_denied` for a tag of another organization, `tag.not_found` for none. */
export async function getTag(ctx: Context, id: string): Promise<TagRead> {
  const tag = await findTag(ctx, id);
  if (tag) return tag;
  if (await isForeignTag(ctx, id)) throw new Problem('tag.access_denied', 403, 'This tag is of another organization.');
  throw notFound('tag', id);
}

/** Makes a tag. Throws `tag.slug_taken`. */
export function createTag(ctx: Context, input: TagCreate): Promise<TagRead> {
  return inTransaction(ctx, async (tx) => {
    const id = newId(tx.now());
    await insertTag(tx, id, { ...input, slug: toSlug(input.slug, input.name) });
    const tag = await getTag(tx, id);
    await publish(tx, tagCreated, { subjectId: id, data: { tag } });
    return tag;
  });
}

/** Changes a tag; its slug stays unless one is sent. Throws `tag.not_found`, `tag.slug_taken`. */
export function updateTag(ctx: Context, id: string, { slug, ...patch }: TagUpdate): Promise<TagRead> {
  return inTransaction(ctx, async (tx) => {
    const stored = await lockExisting(tx, id);
    const wanted = { ...stored, ...patch };
    if (slug !== undefined) wanted.slug = toSlug(slug, wanted.name);
    if (isDeepStrictEqual(wanted, stored)) return stored;
    const { name, color, description } = wanted;
    await saveTag(tx, id, { name, slug: wanted.slug, color, description });
    const tag = await getTag(tx, id);
    await publish(tx, tagUpdated, { subjectId: id, data: { tag } });
    return tag;
  });
}

/** Removes a tag and takes it off its tasks. Throws `tag.not_found`. */
export function deleteTag(ctx: Context, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const tag = await lockExisting(tx, id);
    await removeTag(tx, id);
    await publish(tx, tagDeleted, { subjectId: id, data: { tag } });
  });
}

async function lockExisting(tx: TxContext, id: string): Promise<TagRead> {
  const tag = await lockTag(tx, id);
  if (!tag) throw notFound('tag', id);
  return tag;
}
