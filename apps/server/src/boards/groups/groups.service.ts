import { isDeepStrictEqual } from 'node:util';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { slugify } from '#server/platform/text/slug.rules.ts';
import { ungroupBoards } from '../boards/boards.service.ts';
import { boardGroupCreated, boardGroupDeleted, boardGroupUpdated } from './groups.events.ts';
import type { BoardGroupCreate, BoardGroupRead, BoardGroupUpdate } from './groups.schema.ts';
import {
  findGroup,
  findGroupOfCaller,
  type GroupLevel,
  insertGroup,
  lockGroup,
  removeGroup,
  saveGroup,
} from './groups.store.ts';

const toSlug = (slug: string, name: string): string => slugify(slug) || slugify(name) || 'group';

/**
 * A group that the caller may read or write: one whose boards they reach; admins also one without boards. Throws
 * `board_group.not_found`, `board.access_denied`.
 */
export async function getGroup(ctx: Context, id: string, level: GroupLevel): Promise<BoardGroupRead> {
  const found = await findGroupOfCaller(ctx, id, level);
  if (!found) throw notFound('board_group', id);
  const { may, ...group } = found;
  if (!may)
    throw new Problem('board.access_denied', 403, `You may not ${level} any board of this group; ask an admin.`);
  return group;
}

/** Makes a group. Throws `board_group.slug_taken`. */
export function createGroup(ctx: Context, input: BoardGroupCreate): Promise<BoardGroupRead> {
  return inTransaction(ctx, async (tx) => {
    const id = newId(tx.now());
    await insertGroup(tx, id, { ...input, slug: toSlug(input.slug, input.name) });
    const group = await getStored(tx, id);
    await publish(tx, boardGroupCreated, { subjectId: id, data: { board_group: group } });
    return group;
  });
}

/** Changes a group. Throws `board_group.not_found`, `board.access_denied`, `board_group.slug_taken`. */
export function updateGroup(
  ctx: Context,
  id: string,
  { version: _, slug, ...patch }: BoardGroupUpdate,
  expectedVersion: number | undefined,
): Promise<BoardGroupRead> {
  return inTransaction(ctx, async (tx) => {
    const stored = await lockWritable(tx, id);
    assertVersion(stored.version, expectedVersion);
    const wanted = { ...stored, ...patch, ...(slug === undefined ? {} : { slug: toSlug(slug, stored.name) }) };
    if (isDeepStrictEqual(wanted, stored)) return stored;
    const { name, description } = wanted;
    await saveGroup(tx, stored.id, { name, slug: wanted.slug, description });
    const group = await getStored(tx, stored.id);
    await publish(tx, boardGroupUpdated, { subjectId: group.id, data: { board_group: group } });
    return group;
  });
}

/** Removes a group with its memory; its boards stay, without a group. Throws as {@link updateGroup}. */
export function deleteGroup(ctx: Context, id: string, expectedVersion: number | undefined): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    await getGroup(tx, id, 'write');
    // Boards before their group: a board that joins holds itself when it looks at the group.
    await ungroupBoards(tx, id);
    const group = (await lockGroup(tx, id)) ?? gone(id);
    assertVersion(group.version, expectedVersion);
    await removeGroup(tx, group.id);
    await publish(tx, boardGroupDeleted, { subjectId: group.id, data: { board_group: group } });
  });
}

async function lockWritable(tx: TxContext, id: string): Promise<BoardGroupRead> {
  await getGroup(tx, id, 'write');
  return (await lockGroup(tx, id)) ?? gone(id);
}

async function getStored(tx: TxContext, id: string): Promise<BoardGroupRead> {
  return (await findGroup(tx, id)) ?? gone(id);
}

function gone(id: string): never {
  throw notFound('board_group', id);
}
