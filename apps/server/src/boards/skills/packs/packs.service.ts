import { isDeepStrictEqual } from 'node:util';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { normalizePackUrl, toRepository } from './pack-url.rules.ts';
import { skillPackCreated, skillPackDeleted, skillPackUpdated } from './packs.events.ts';
import type { SkillPackCreate, SkillPackRead } from './packs.schema.ts';
import { findPack, insertPack, lockPack, lockPackOfUrl, type PackValues, removePack, savePack } from './packs.store.ts';

/** Throws `skill_pack.not_found`. */
export async function getPack(ctx: Context, id: string): Promise<SkillPackRead> {
  const pack = await findPack(ctx, id);
  if (!pack) throw notFound('skill_pack', id);
  return pack;
}

const toValues = ({ source_url, name, description, branch, metadata }: SkillPackCreate): PackValues => ({
  source_url: normalizePackUrl(source_url),
  name: name ?? toRepository(source_url).repo,
  description,
  branch,
  metadata,
});

/** Makes a pack, or changes the one of that address. Throws `skill_pack.url_invalid`. */
export function createPack(ctx: Context, input: SkillPackCreate): Promise<SkillPackRead> {
  const values = toValues(input);
  return inTransaction(ctx, async (tx) => {
    const created = await addPack(tx, values);
    if (created) return created;
    const stored = await lockPackOfUrl(tx, values.source_url);
    if (!stored) throw new Error('A pack that was in the way is gone.');
    const { name, description } = input;
    return change(tx, stored, {
      ...values,
      name: name ?? stored.name,
      description: description ?? stored.description,
    });
  });
}

async function addPack(tx: TxContext, values: PackValues): Promise<SkillPackRead | undefined> {
  const id = newId(tx.now());
  if (!(await insertPack(tx, id, values))) return undefined;
  const skill_pack = await getPack(tx, id);
  await publish(tx, skillPackCreated, { subjectId: id, data: { skill_pack } });
  return skill_pack;
}

/** Replaces a pack. Throws `skill_pack.not_found`, `.url_invalid`, `.url_taken`, `resource.version_conflict`. */
export function updatePack(
  ctx: Context,
  id: string,
  input: SkillPackCreate,
  version: number | undefined,
): Promise<SkillPackRead> {
  const values = toValues(input);
  return inTransaction(ctx, async (tx) => {
    const stored = await lockExisting(tx, id);
    assertVersion(stored.version, version);
    return change(tx, stored, values);
  });
}

async function change(tx: TxContext, stored: SkillPackRead, values: PackValues): Promise<SkillPackRead> {
  if (isDeepStrictEqual({ ...stored, ...values }, stored)) return stored;
  await savePack(tx, stored.id, values);
  const skill_pack = await getPack(tx, stored.id);
  await publish(tx, skillPackUpdated, { subjectId: stored.id, data: { skill_pack } });
  return skill_pack;
}

/** Removes a pack; its skills stay. Throws `skill_pack.not_found`. */
export function deletePack(ctx: Context, id: string, version: number | undefined): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const skill_pack = await lockExisting(tx, id);
    assertVersion(skill_pack.version, version);
    await removePack(tx, id);
    await publish(tx, skillPackDeleted, { subjectId: id, data: { skill_pack } });
  });
}

async function lockExisting(tx: TxContext, id: string): Promise<SkillPackRead> {
  const pack = await lockPack(tx, id);
  if (!pack) throw notFound('skill_pack', id);
  return pack;
}

/** Gives a new organization the packs of the configuration; an address that is no pack is left out and logged. */
export async function addDefaultPacks(tx: TxContext): Promise<void> {
  for (const source_url of tx.config.defaultSkillPacks)
    try {
      await addPack(tx, toValues({ source_url, name: null, description: null, branch: 'main', metadata: {} }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tx.log.warn({ source_url }, 'DEFAULT_SKILL_PACKS names what is no skill pack');
    }
}
