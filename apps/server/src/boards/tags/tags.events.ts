import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { TagRead } from './tags.schema.ts';

const schema = z.object({ tag: TagRead });
const audit = ({ tag: { name, slug, color } }: z.infer<typeof schema>) => ({ name, slug, color });

const define = (verb: string) => defineEvent({ type: `tag.${verb}`, subject: 'tag', schema, audit });

export const tagCreated = define('created');
export const tagUpdated = define('updated');
export const tagDeleted = define('deleted');
