import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { BoardWebhookRead } from './board-webhooks.schema.ts';

const schema = z.object({ webhook: BoardWebhookRead });
const audit = ({ webhook: { description, enabled, agent_id, has_secret } }: z.infer<typeof schema>) => ({
  description: description.slice(0, 500),
  enabled,
  agent_id,
  has_secret,
});

const define = (verb: string) => defineEvent({ type: `webhook.${verb}`, subject: 'webhook', schema, audit });

export const webhookCreated = define('created');
export const webhookUpdated = define('updated');
export const webhookDeleted = define('deleted');
export const webhookSecretRotated = define('secret_rotated');
