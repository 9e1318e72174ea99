import type { OutboundWebhook } from '#console/api/contract.ts';
import type { OutboundWebhookCreate, OutboundWebhookUpdate } from '#console/api/queries/govern/outbound-webhooks.ts';

/** What the form holds. */
export interface OutboundValues {
  name: string;
  url: string;
  /** `*` alone: every fact. */
  types: readonly string[];
  /** Null: all boards. */
  boards: readonly string[] | null;
}

export const toValues = (webhook: OutboundWebhook | undefined): OutboundValues => ({
  name: webhook?.name ?? '',
  url: webhook?.url ?? '',
  types: webhook?.event_types ?? [],
  boards: webhook?.board_ids ?? null,
});

/** What is still missing, as a sentence. */
export function toComplaint({ name, url, types, boards }: OutboundValues): string | undefined {
  if (name.trim() === '') return 'Give it a name, to recognise it by later.';
  if (!/^https?:\/\/./.test(url.trim())) return 'The address begins with https://.';
  if (types.length === 0) return 'Choose at least one type of fact.';
  if (boards?.length === 0) return 'Choose at least one board, or all of them.';
  return undefined;
}

export const toCreate = ({ name, url, types, boards }: OutboundValues): OutboundWebhookCreate => ({
  name: name.trim(),
  url: url.trim(),
  event_types: [...types],
  board_ids: boards && [...boards],
  enabled: true,
});

/** Only what differs, with the version that was seen. */
export function toChanges(webhook: OutboundWebhook, values: OutboundValues): OutboundWebhookUpdate {
  const { name, url, event_types, board_ids } = toCreate(values);
  return {
    version: webhook.version,
    ...(name !== webhook.name && { name }),
    ...(url !== webhook.url && { url }),
    ...(!isSame(event_types, webhook.event_types) && { event_types }),
    ...(!isSame(board_ids ?? null, webhook.board_ids) && { board_ids: board_ids ?? null }),
  };
}

const isSame = (a: readonly string[] | null, b: readonly string[] | null) =>
  a === b || (a !== null && b !== null && a.length === b.length && a.every((item) => b.includes(item)));
