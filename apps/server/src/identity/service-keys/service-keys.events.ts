import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const data = z.object({ name: z.string(), prefix: z.string(), scopes: z.array(z.string()) });

const keyEvent = (type: string) =>
  defineEvent({
    type,
    subject: 'service_key',
    schema: data,
    audit: ({ name, prefix, scopes }) => ({ name, prefix, scopes }),
  });

export const serviceKeyCreated = keyEvent('service_key.created');
export const serviceKeyDeleted = keyEvent('service_key.deleted');
