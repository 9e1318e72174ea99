import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound } from '#server/platform/problem.ts';
import { skillCreated, skillDeleted, skillUpdated } from './skills.events.ts';
import type { MarketplaceSkillCreate, MarketplaceSkillRead } from './skills.schema.ts';
import { findSkill, insertSkill, lockSkillOfUrl, removeSkill, saveSkill } from './skills.store.ts';

/** Throws `skill.not_found`. */
export async function getSkill(ctx: Context, id: string): Promise<MarketplaceSkillRead> {
  const skill = await findSkill(ctx, id);
  if (!skill) throw notFound('skill', id);
  return skill;
}

/** The last part of an address that says something; its host when it has none. */
function toName(sourceUrl: string): string {
  const { pathname, host } = new URL(sourceUrl);
  const parts = pathname.split('/').filter((part) => part !== '' && !/^SKILL\.md$/i.test(part));
  return (parts.at(-1) ?? host).replace(/\.git$/, '').slice(0, 200);
}

/** Adds a skill, or changes what is said of the one of that address. */
export function createSkill(
  ctx: Context,
  { source_url, name, description }: MarketplaceSkillCreate,
): Promise<MarketplaceSkillRead> {
  return inTransaction(ctx, async (tx) => {
    const id = newId(tx.now());
    if (await insertSkill(tx, { id, source_url, name: name ?? toName(source_url), description })) {
      const skill = await getSkill(tx, id);
      await publish(tx, skillCreated, { subjectId: id, data: { skill } });
      return skill;
    }
    const stored = await lockSkillOfUrl(tx, source_url);
    if (!stored) throw new Error('A skill that was in the way is gone.');
    const wanted = { name: name ?? stored.name, description: description ?? stored.description };
    if (wanted.name === stored.name && wanted.description === stored.description) return stored;
    await saveSkill(tx, stored.id, wanted);
    const skill = await getSkill(tx, stored.id);
    await publish(tx, skillUpdated, { subjectId: skill.id, data: { skill } });
    return skill;
  });
}

/** Throws `skill.not_found`. That gateways have it is forgotten too. */
export function deleteSkill(ctx: Context, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const skill = await getSkill(tx, id);
    if (!(await removeSkill(tx, id))) throw notFound('skill', id);
    await publish(tx, skillDeleted, { subjectId: id, data: { skill } });
  });
}
