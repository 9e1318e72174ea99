import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { GatewayRead } from './gateways.schema.ts';

const subject = 'gateway';

export const gatewayUpdated = defineEvent({
  type: 'gateway.updated',
  subject,
  schema: z.object({
    gateway: GatewayRead,
    /** Names of the fields that are new; a token by its name only. */
    changed: z.array(z.string()),
    previous_name: z.string(),
  }),
  activity: ({ gateway, changed }) => ({
    message: `The gateway ${gateway.name} was changed: ${changed.join(', ')}.`,
    data: { gateway_id: gateway.id, changed },
  }),
  audit: ({ gateway, changed }) => ({ name: gateway.name, changed }),
});

export const gatewayDeleted = defineEvent({
  type: 'gateway.deleted',
  subject,
  schema: z.object({ name: z.string() }),
  activity: ({ name }) => ({ message: `The gateway ${name} was deleted.` }),
  audit: ({ name }) => ({ name }),
});
