import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const data = z.object({ name: z.string(), prefix: z.string(), scopes: z.array(z.string()) });

export const serviceKeyCreated = defineEvent({ type: 'service_key.created', subject: 'service_key', schema: data });
export const serviceKeyDeleted = defineEvent({ type: 'service_key.deleted', subject: 'service_key', schema: data });
