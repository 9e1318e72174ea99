import { type RawBuilder, sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { rowsOf } from '../registry/agent-rows.store.ts';
import { SEEN_MS } from '../registry/status.rules.ts';
import type { CheckedIn } from './check-ins.rules.ts';

/** The oldest agent with exactly that name, on that board when one is given. */
export async function findAgentByName(ctx: Context, name: string, boardId: string | null): Promise<string | undefined> {
  const row = await rowsOf(ctx)
    .where('name', '=', name)
    .$if(boardId !== null, (query) => query.where('board_id', '=', boardId))
    .orderBy('created_at')
    .executeTakeFirst();
  return row?.id;
}

export const findCheckedIn = ({ db, orgId }: Context, id: string): Promise<CheckedIn | undefined> =>
  db
    .selectFrom('agents')
    .select(['status', 'last_seen_at', 'last_error', 'wake_attempts', 'transition_deadline_at', 'checkin_deadline_at'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();

/** A check-in: the agent lives, and what was wrong or pending with it is over. */
export async function saveCheckIn(
  { db, orgId, now }: TxContext,
  id: string,
  { status, deadline }: { status: string; deadline: Date | null },
): Promise<void> {
  await db
    .updateTable('agents')
    .set({
      status,
      last_seen_at: now(),
      wake_attempts: 0,
      checkin_deadline_at: null,
      transition_deadline_at: deadline,
      last_error: null,
      next_retry_at: null,
      // Awake; but what has not reached the gateway yet is still to come.
      lifecycle_state: sql`case lifecycle_state when 'waking' then 'steady' when 'failed' then 'pending'
        else lifecycle_state end`,
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** An agent whose shown state has changed. */
export interface ChangedAgent {
  org_id: string;
  id: string;
  status: string;
  lifecycle_state: string;
  provision_action: string | null;
}

const CHANGED = sql`a.org_id, a.id, a.status, a.lifecycle_state, a.provision_action`;
const ago = ({ now }: TxContext, ms: number) => new Date(now().getTime() - ms);
const all = async ({ db }: TxContext, query: RawBuilder<ChangedAgent>) => (await query.execute(db)).rows;

/** Rows are locked in the order of their ids, as by everybody who locks several. */
const IN_ORDER = sql`order by id for no key update`;

/** What a sign of life of `a` ends: waiting for one. */
export const AWAKE = sql`checkin_deadline_at = null, wake_attempts = 0,
  lifecycle_state = case a.lifecycle_state when 'waking' then 'steady' else a.lifecycle_state end,
  last_error = case when a.last_error ->> 'code' = 'agent.no_checkin' then null else a.last_error end`;

/** Tokens used longer ago say nothing of who is online. */
const FOLDED_MS = 2 * SEEN_MS;

/** Carries uses of tokens over to their agents; returns agents that came back by it. */
export const foldSightings = async (tx: TxContext): Promise<ChangedAgent[]> => {
  const rows = await sql<ChangedAgent & { was: string }>`
    with used as (
      select t.agent_id, max(t.last_used_at) as at from agent_tokens t
      where t.agent_id is not null and t.last_used_at > ${ago(tx, FOLDED_MS)}
        and t.last_used_at <> t.created_at -- a token that was only made
      group by t.agent_id),
    seen as (
      select a.id, a.status, used.at from used join agents a on a.id = used.agent_id
      where used.at > coalesce(a.last_seen_at, '-infinity') order by a.id for no key update of a)
    update agents a set last_seen_at = seen.at, status = case when a.status = 'offline' then 'online' else a.status end,
      ${AWAKE}
    from seen where a.id = seen.id returning ${CHANGED}, seen.status as was`.execute(tx.db);
  return rows.rows.filter(({ was }) => was === 'offline');
};

/** Turns agents of gateways offline that were not seen for ten minutes; returns them. */
export const saveUnseen = (tx: TxContext): Promise<ChangedAgent[]> =>
  all(
    tx,
    sql`update agents a set status = 'offline'
      where a.id in (select id from agents where kind <> 'external' and status = 'online'
        and coalesce(last_seen_at, '-infinity') < ${ago(tx, SEEN_MS)} ${IN_ORDER})
      returning ${CHANGED}`,
  );

/** Ends transitions whose time is up: what was not done by then has failed for now. Returns them. */
export const saveOverdue = (tx: TxContext): Promise<ChangedAgent[]> => {
  const error = {
    code: 'gateway.unreachable',
    message: 'The gateway is not connected; this goes on by itself when it is.',
    at: tx.now().toISOString(),
  };
  return all(
    tx,
    sql`update agents a set transition_deadline_at = null,
        status = case when a.last_seen_at >= ${ago(tx, SEEN_MS)} then 'online' else 'offline' end,
        lifecycle_state = case when a.lifecycle_state in ('pending', 'writing', 'waking') then 'failed'
          else a.lifecycle_state end,
        last_error = case when a.lifecycle_state in ('pending', 'writing', 'waking')
          then coalesce(a.last_error, ${JSON.stringify(error)}::jsonb) else a.last_error end
      where a.id in (select id from agents where transition_deadline_at <= ${tx.now()} ${IN_ORDER})
      returning ${CHANGED}`,
  );
};
