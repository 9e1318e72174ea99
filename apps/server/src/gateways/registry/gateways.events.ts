import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { LastError } from '#server/platform/http/fields.schema.ts';
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

export const gatewayCreated = defineEvent({
  type: 'gateway.created',
  subject,
  schema: z.object({ gateway: GatewayRead, provision_main: z.boolean() }),
  activity: ({ gateway }) => ({
    message: `The gateway ${gateway.name} was added.`,
    data: { gateway_id: gateway.id },
  }),
  audit: ({ gateway }) => ({ name: gateway.name, url: gateway.url }),
});

export const gatewayConnected = defineEvent({
  type: 'gateway.connected',
  subject,
  schema: z.object({
    gateway: GatewayRead,
    boot_id: z.string().nullable(),
    /** Whether the gateway was started since the connection before. */
    boot_changed: z.boolean(),
  }),
  activity: ({ gateway }) => ({
    message: `The gateway ${gateway.name} is connected.`,
    data: { gateway_id: gateway.id },
  }),
});

const Failed = z.object({ gateway: GatewayRead, error: LastError });

export const gatewayDisconnected = defineEvent({
  type: 'gateway.disconnected',
  subject,
  schema: Failed,
  activity: ({ gateway, error }) => ({
    message: `The gateway ${gateway.name} is not connected: ${error.message}`,
    data: { gateway_id: gateway.id, code: error.code },
  }),
});

/** What waiting does not heal. */
export const gatewayNeedsAttention = defineEvent({
  type: 'gateway.needs_attention',
  subject,
  schema: Failed,
  activity: ({ gateway, error }) => ({
    message: `The gateway ${gateway.name} needs attention: ${error.message}`,
    data: { gateway_id: gateway.id, code: error.code },
  }),
});
