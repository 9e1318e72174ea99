import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';

/** An agent was sent for: it is to show a sign of life by `deadline`. */
export async function saveWoken({ db, orgId, now }: TxContext, id: string, deadline: Date): Promise<void> {
  await db
    .updateTable('agents')
    .set({
      lifecycle_state: 'waking',
      wake_attempts: sql`wake_attempts + 1`,
      last_wake_sent_at: now(),
      checkin_deadline_at: deadline,
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function saveNotWoken({ db, orgId }: TxContext, id: string): Promise<void> {
  await db
    .updateTable('agents')
    .set({ wake_attempts: sql`greatest(wake_attempts - 1, 0)`, checkin_deadline_at: null })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export interface SilentAgent {
  org_id: string;
  id: string;
  wake_attempts: number;
}

/** Agents of all organizations that were sent for and did not answer in time, held in the order of their ids. */
export const lockSilentAgents = ({ db, now }: TxContext): Promise<SilentAgent[]> =>
  db
    .selectFrom('agents')
    .select(['org_id', 'id', 'wake_attempts'])
    .where('checkin_deadline_at', '<=', now().toISOString())
    .orderBy('id')
    .forUpdate()
    .skipLocked()
    .limit(500)
    .execute();

/** Nothing is awaited until the next wake-up has gone out. */
export async function saveWakeAsked({ db }: TxContext, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('agents').set({ checkin_deadline_at: null }).where('id', 'in', ids).execute();
}

/** A wake-up that was asked for by somebody begins a new count. */
export async function saveWakesForgotten({ db, orgId }: TxContext, id: string): Promise<void> {
  await db
    .updateTable('agents')
    .set({ checkin_deadline_at: null, wake_attempts: 0 })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function saveNoCheckIn({ db, now }: TxContext, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const error = {
    code: 'agent.no_checkin',
    message: 'The agent did not answer three wake-ups. Look at its session on the gateway, then wake it again.',
    at: now().toISOString(),
  };
  await db
    .updateTable('agents')
    .set({
      status: 'offline',
      lifecycle_state: 'failed',
      checkin_deadline_at: null,
      wake_attempts: 0,
      last_error: JSON.stringify(error),
    })
    .where('id', 'in', ids)
    .execute();
}
