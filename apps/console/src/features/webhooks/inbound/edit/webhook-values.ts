import type { BoardWebhook } from '#console/api/contract.ts';
import type { WebhookCreate, WebhookUpdate } from '#console/api/queries/govern/webhooks.ts';

/** An agent that may be told of calls. */
export interface WebhookAgent {
  id: string;
  name: string;
}

/** What the form holds. */
export interface WebhookValues {
  description: string;
  agentId: string | null;
  isEnabled: boolean;
  header: string;
  /** A new secret; blank leaves the old one. */
  secret: string;
  /** Takes the old secret away. */
  isCleared: boolean;
}

export const toWebhookValues = (webhook: BoardWebhook | undefined): WebhookValues => ({
  description: webhook?.description ?? '',
  agentId: webhook?.agent_id ?? null,
  isEnabled: webhook?.enabled ?? true,
  header: webhook?.signature_header ?? '',
  secret: '',
  isCleared: false,
});

export const toWebhookCreate = (values: WebhookValues): WebhookCreate => ({
  description: values.description.trim(),
  enabled: values.isEnabled,
  agent_id: values.agentId,
  ...(values.secret.trim() !== '' && { secret: values.secret.trim() }),
  ...(values.header.trim() !== '' && { signature_header: values.header.trim() }),
});

/** Only what differs, with the version that was seen. */
export function toWebhookChanges(webhook: BoardWebhook, values: WebhookValues): WebhookUpdate {
  const description = values.description.trim();
  const header = values.header.trim() || null;
  const secret = values.isCleared ? null : values.secret.trim() || undefined;
  return {
    version: webhook.version,
    ...(description !== webhook.description && { description }),
    ...(values.isEnabled !== webhook.enabled && { enabled: values.isEnabled }),
    ...(values.agentId !== webhook.agent_id && { agent_id: values.agentId }),
    ...(header !== webhook.signature_header && { signature_header: header }),
    ...(secret !== undefined && { secret }),
  };
}
