import type { TxContext } from '#server/platform/context.ts';

/** A payload on its way, with what an agent is told of it. */
export interface ReceivedRow {
  id: string;
  webhook_id: string;
  board_id: string;
  payload_id: string;
  description: string;
  payload: unknown;
}

/** The delivery that a job does; undefined when it is gone or another job does it by now. */
export const findReceived = ({ db, orgId }: TxContext, id: string, jobId: string): Promise<ReceivedRow | undefined> =>
  db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('board_webhooks as w', (join) =>
      join.onRef('w.org_id', '=', 'd.org_id').onRef('w.id', '=', 'd.webhook_id'),
    )
    .innerJoin('board_webhook_payloads as p', (join) =>
      join.onRef('p.org_id', '=', 'd.org_id').onRef('p.id', '=', 'd.payload_id'),
    )
    .select(['d.id', 'w.id as webhook_id', 'w.board_id', 'p.id as payload_id', 'w.description', 'p.payload'])
    .where('d.org_id', '=', orgId)
    .where('d.id', '=', id)
    .where('d.job_id', '=', jobId)
    .executeTakeFirst();

/** The agent that the webhook names while it is on the board, else the board's lead; only one that can be told. */
export async function findTarget({ db, orgId }: TxContext, webhookId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('board_webhooks as w')
    .innerJoin('agents as a', (join) => join.onRef('a.org_id', '=', 'w.org_id').onRef('a.board_id', '=', 'w.board_id'))
    .select('a.id')
    .where('w.org_id', '=', orgId)
    .where('w.id', '=', webhookId)
    .where((eb) => eb.or([eb('a.id', '=', eb.ref('w.agent_id')), eb('a.kind', '=', 'lead')]))
    .where((eb) => eb.or([eb('a.kind', '=', 'external'), eb('a.openclaw_session_id', 'is not', null)]))
    .orderBy((eb) => eb('a.kind', '=', 'lead').and('w.agent_id', 'is distinct from', eb.ref('a.id')))
    .executeTakeFirst();
  return row?.id;
}
