import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { MarketplaceSkillRead } from './skills.schema.ts';

const schema = z.object({ skill: MarketplaceSkillRead });
const audit = ({ skill: { name, source_url } }: z.infer<typeof schema>) => ({ name, source_url });

const define = (verb: string) => defineEvent({ type: `skill.${verb}`, subject: 'skill', schema, audit });

export const skillCreated = define('created');
export const skillUpdated = define('updated');
export const skillDeleted = define('deleted');

const defineAction = (verb: string) => {
  const action = schema.extend({ gateway: z.object({ id: z.uuid(), name: z.string() }) });
  return defineEvent({
    type: `skill.${verb}`,
    subject: 'skill',
    schema: action,
    activity: ({ skill: { id, name }, gateway }) => ({
      message: `The skill ${name} was ${verb} on ${gateway.name}.`,
      data: { skill_id: id, gateway_id: gateway.id },
    }),
    audit: ({ skill: { name, source_url }, gateway }) => ({ name, source_url, gateway_id: gateway.id }),
  });
};

export const skillInstalled = defineAction('installed');
export const skillUninstalled = defineAction('uninstalled');
