import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId, newToken } from '#server/platform/ids.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import type { Secrets } from '#server/platform/secrets/secrets.ts';
import { webhookCreated, webhookDeleted, webhookSecretRotated, webhookUpdated } from './board-webhooks.events.ts';
import type {
  BoardWebhookCreate,
  BoardWebhookRead,
  BoardWebhookSecret,
  BoardWebhookUpdate,
} from './board-webhooks.schema.ts';
import {
  type CalledWebhook,
  findWebhook,
  insertWebhook,
  isAgentOnBoard,
  listWebhooks,
  lockSecret,
  lockWebhook,
  removeWebhook,
  saveWebhook,
  type WebhookRow,
  type WebhookValues,
} from './board-webhooks.store.ts';

const OVERLAP_MS = 86_400_000;

const placeOf = (id: string, column: 'secret_enc' | 'previous_secret_enc') => `board_webhooks.${column}:${id}`;

const toRead = ({ config }: Context, row: WebhookRow): BoardWebhookRead => {
  const endpoint_path = `/api/v1/boards/${row.board_id}/webhooks/${row.id}`;
  return { ...row, endpoint_path, endpoint_url: `${config.baseUrl}${endpoint_path}` };
};

export async function listBoardWebhooks(ctx: Context, boardId: string, page: { limit: number; offset: number }) {
  const { items, total } = await listWebhooks(ctx, boardId, page);
  return { items: items.map((row) => toRead(ctx, row)), total, ...page };
}

/** Throws `webhook.not_found`. */
export async function getWebhook(ctx: Context, boardId: string, id: string): Promise<BoardWebhookRead> {
  const row = await findWebhook(ctx, boardId, id);
  if (!row) throw notFound('webhook', id);
  return toRead(ctx, row);
}

/** Makes an endpoint of a board. Throws `webhook.agent_invalid`. */
export function createWebhook(ctx: Context, boardId: string, input: BoardWebhookCreate): Promise<BoardWebhookRead> {
  return inTransaction(ctx, async (tx) => {
    const id = newId(tx.now());
    const { secret, ...values } = input;
    await assertAgent(tx, boardId, values.agent_id);
    await insertWebhook(tx, { ...values, ...seal(tx.secrets, id, secret), id, board_id: boardId });
    const webhook = await getWebhook(tx, boardId, id);
    await publish(tx, webhookCreated, { subjectId: id, boardId, data: { webhook } });
    return webhook;
  });
}

/** A webhook and what the caller saw of it. */
export interface WebhookPlace {
  boardId: string;
  id: string;
  version: number | undefined;
}

/**
 * Changes an endpoint; a secret that is sent replaces the old ones at once. Throws `webhook.not_found`,
 * `webhook.agent_invalid`, `resource.version_conflict`.
 */
export function updateWebhook(
  ctx: Context,
  { boardId, id, version }: WebhookPlace,
  patch: BoardWebhookUpdate,
): Promise<BoardWebhookRead> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockExisting(tx, boardId, id);
    assertVersion(row.version, version);
    const values = await toChanges(tx, row, patch);
    if (Object.keys(values).length === 0) return toRead(tx, row);
    await saveWebhook(tx, id, values);
    const webhook = await getWebhook(tx, boardId, id);
    await publish(tx, webhookUpdated, { subjectId: id, boardId, data: { webhook } });
    return webhook;
  });
}

/** What a patch really changes. */
async function toChanges(
  tx: TxContext,
  row: WebhookRow,
  { secret, ...patch }: BoardWebhookUpdate,
): Promise<WebhookValues> {
  const keys = ['description', 'enabled', 'agent_id', 'signature_header'] as const;
  const changed = keys.filter((key) => patch[key] !== undefined && patch[key] !== row[key]);
  if (changed.includes('agent_id')) await assertAgent(tx, row.board_id, patch.agent_id ?? null);
  const values: WebhookValues = Object.fromEntries(changed.map((key) => [key, patch[key]]));
  const isSecretSame = secret === undefined || (secret === null && !row.has_secret);
  return isSecretSame ? values : { ...values, ...seal(tx.secrets, row.id, secret) };
}

/** Throws `webhook.not_found`. Payloads and deliveries go with it. */
export function deleteWebhook(ctx: Context, { boardId, id, version }: WebhookPlace): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockExisting(tx, boardId, id);
    assertVersion(row.version, version);
    await removeWebhook(tx, id);
    await publish(tx, webhookDeleted, { subjectId: id, boardId, data: { webhook: toRead(tx, row) } });
  });
}

/** Gives a webhook a new secret, in this answer only; the one before stays valid for 24 h. Throws `webhook.not_found`. */
export function rotateSecret(ctx: Context, boardId: string, id: string): Promise<BoardWebhookSecret> {
  const secret = newToken('mcw_');
  return inTransaction(ctx, async (tx) => {
    await lockExisting(tx, boardId, id);
    const { secret_enc: old } = await lockSecret(tx, id);
    const previous = old && tx.secrets.decrypt(old, placeOf(id, 'secret_enc'));
    await saveWebhook(tx, id, {
      ...seal(tx.secrets, id, secret),
      ...(previous === null
        ? {}
        : {
            previous_secret_enc: tx.secrets.encrypt(previous, placeOf(id, 'previous_secret_enc')),
            previous_secret_valid_until: new Date(tx.now().getTime() + OVERLAP_MS),
          }),
    });
    const webhook = await getWebhook(tx, boardId, id);
    await publish(tx, webhookSecretRotated, { subjectId: id, boardId, data: { webhook } });
    return { ...webhook, secret };
  });
}

/** The secrets that may sign a call now; none means that calls need no signature. */
export function openSecrets({ secrets, now }: Context, webhook: CalledWebhook): string[] {
  const { id, secret_enc, previous_secret_enc, previous_secret_valid_until: until } = webhook;
  if (secret_enc === null) return [];
  const current = secrets.decrypt(secret_enc, placeOf(id, 'secret_enc'));
  if (previous_secret_enc === null || until === null || new Date(until) <= now()) return [current];
  return [current, secrets.decrypt(previous_secret_enc, placeOf(id, 'previous_secret_enc'))];
}

/** A secret as it is stored, alone. */
const seal = (secrets: Secrets, id: string, secret: string | null): WebhookValues => ({
  secret_enc: secret === null ? null : secrets.encrypt(secret, placeOf(id, 'secret_enc')),
  previous_secret_enc: null,
  previous_secret_valid_until: null,
});

async function lockExisting(tx: TxContext, boardId: string, id: string): Promise<WebhookRow> {
  const row = await lockWebhook(tx, boardId, id);
  if (!row) throw notFound('webhook', id);
  return row;
}

async function assertAgent(tx: TxContext, boardId: string, agentId: string | null): Promise<void> {
  if (agentId !== null && !(await isAgentOnBoard(tx, agentId, boardId)))
    throw new Problem(
      'webhook.agent_invalid',
      422,
      'agent_id must name an agent of this board, or be null for its lead.',
    );
}
