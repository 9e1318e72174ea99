import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { SkillPackRead } from './packs.schema.ts';

const schema = z.object({ skill_pack: SkillPackRead });
const audit = ({ skill_pack: { name, source_url, branch } }: z.infer<typeof schema>) => ({ name, source_url, branch });

const define = (verb: string) => defineEvent({ type: `skill_pack.${verb}`, subject: 'skill_pack', schema, audit });

export const skillPackCreated = define('created');
export const skillPackUpdated = define('updated');
export const skillPackDeleted = define('deleted');

export const skillPackSynced = defineEvent({
  type: 'skill_pack.synced',
  subject: 'skill_pack',
  schema: schema.extend({ synced: z.int(), created: z.int(), updated: z.int(), removed: z.int() }),
  activity: ({ skill_pack: { name }, synced, created, updated, removed }) => ({
    message: `The skill pack ${name} was synced: ${synced} skills.`,
    data: { synced, created, updated, removed },
  }),
  audit: ({ skill_pack: { name }, synced, created, updated, removed }) => ({ name, synced, created, updated, removed }),
});
