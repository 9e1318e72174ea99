import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const schema = z.object({ name: z.string(), prefix: z.string(), scopes: z.array(z.string()) });

const define = (verb: string) =>
  defineEvent({
    type: `service_key.${verb}`,
    subject: 'service_key',
    schema,
    audit: ({ name, scopes }) => ({ name, scopes }),
  });

export const serviceKeyCreated = define('created');
export const serviceKeyDeleted = define('deleted');
