import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Database } from '#server/platform/postgres/database.ts';
import { deliveryState } from '../deliveries/delivery-state.sql.ts';
import type { BoardWebhookRead } from './board-webhooks.schema.ts';

/** What a caller may set; secrets are encrypted. */
export interface WebhookValues {
  description?: string;
  enabled?: boolean;
  agent_id?: string | null;
  signature_header?: string | null;
  secret_enc?: Buffer | null;
  previous_secret_enc?: Buffer | null;
  previous_secret_valid_until?: Date | null;
}

export type WebhookRow = Omit<BoardWebhookRead, 'endpoint_path' | 'endpoint_url'>;

const select = ({ db, orgId, now }: Context, boardId: string) =>
  db
    .selectFrom('board_webhooks as w')
    .select(['w.id', 'w.board_id', 'w.agent_id', 'w.description', 'w.enabled', 'w.signature_header'])
    .select(['w.last_received_at', 'w.version', 'w.created_at', 'w.updated_at'])
    .select([
      sql<boolean>`w.secret_enc is not null`.as('has_secret'),
      sql<string | null>`case when w.previous_secret_valid_until > ${now()} then w.previous_secret_valid_until end`.as(
        'previous_secret_valid_until',
      ),
      sql<number>`(select count(*)::int from webhook_deliveries d left join work_jobs j on j.id = d.job_id
        where d.org_id = w.org_id and d.webhook_id = w.id and ${deliveryState} = 'dead')`.as('failed_deliveries'),
    ])
    .where('w.org_id', '=', orgId)
    .where('w.board_id', '=', boardId);

/** Newest first; with how many there are. */
export async function listWebhooks(ctx: Context, boardId: string, page: { limit: number; offset: number }) {
  const [items, { total }] = await Promise.all([
    select(ctx, boardId)
      .orderBy('w.created_at', 'desc')
      .orderBy('w.id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    ctx.db
      .selectFrom('board_webhooks')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('org_id', '=', ctx.orgId)
      .where('board_id', '=', boardId)
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total };
}

export const findWebhook = (ctx: Context, boardId: string, id: string): Promise<WebhookRow | undefined> =>
  select(ctx, boardId).where('w.id', '=', id).executeTakeFirst();

export const lockWebhook = (ctx: TxContext, boardId: string, id: string): Promise<WebhookRow | undefined> =>
  select(ctx, boardId).where('w.id', '=', id).forUpdate('w').executeTakeFirst();

export async function insertWebhook(
  { db, orgId, now }: TxContext,
  webhook: WebhookValues & { id: string; board_id: string; description: string },
): Promise<void> {
  await db
    .insertInto('board_webhooks')
    .values({ ...webhook, org_id: orgId, created_at: now(), updated_at: now() })
    .execute();
}

export async function saveWebhook({ db, orgId, now }: TxContext, id: string, values: WebhookValues): Promise<void> {
  await db
    .updateTable('board_webhooks')
    .set({ ...values, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function removeWebhook({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('board_webhooks').where('org_id', '=', orgId).where('id', '=', id).execute();
}

export async function isAgentOnBoard({ db, orgId }: TxContext, agentId: string, boardId: string): Promise<boolean> {
  const row = await db
    .selectFrom('agents')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', agentId)
    .where('board_id', '=', boardId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The organization of a board; calls of webhooks come without one. */
export async function findBoardOrg(db: Database, boardId: string): Promise<string | undefined> {
  const row = await db.selectFrom('boards').select('org_id').where('id', '=', boardId).executeTakeFirst();
  return row?.org_id;
}

/** What a call is checked by. */
export interface CalledWebhook {
  id: string;
  description: string;
  enabled: boolean;
  signature_header: string | null;
  secret_enc: Buffer | null;
  previous_secret_enc: Buffer | null;
  previous_secret_valid_until: string | null;
}

export const findCalledWebhook = (
  { db, orgId }: Context,
  boardId: string,
  id: string,
): Promise<CalledWebhook | undefined> =>
  db
    .selectFrom('board_webhooks')
    .select(['id', 'description', 'enabled', 'signature_header', 'secret_enc', 'previous_secret_enc'])
    .select('previous_secret_valid_until')
    .where('org_id', '=', orgId)
    .where('board_id', '=', boardId)
    .where('id', '=', id)
    .executeTakeFirst();

export const lockSecret = ({ db, orgId }: TxContext, id: string): Promise<{ secret_enc: Buffer | null }> =>
  db
    .selectFrom('board_webhooks')
    .select('secret_enc')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();

export async function saveReceived({ db, orgId, now }: TxContext, id: string): Promise<void> {
  await db
    .updateTable('board_webhooks')
    .set({ last_received_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}
