import { sql } from 'kysely';
import { z } from 'zod';
import type { Context, TxContext } from '#server/platform/context.ts';
import { SEEN_MS, TRANSITION_MS } from '../registry/status.rules.ts';
import type { CredentialMode } from '../templates/variables.rules.ts';
import { StepRecord } from './steps.schema.ts';

/** Marks an agent as to be made the same on its gateway, from now on by a new generation; returns that. */
export async function saveReconcileAsked(
  { db, orgId, now }: TxContext,
  id: string,
  action: 'provision' | 'update',
): Promise<number> {
  const at = now();
  const { lifecycle_generation } = await db
    .updateTable('agents')
    .set({
      status: action === 'provision' ? 'provisioning' : 'updating',
      provision_action: action,
      provision_requested_at: at,
      lifecycle_state: 'pending',
      lifecycle_generation: sql`lifecycle_generation + 1`,
      transition_deadline_at: new Date(at.getTime() + TRANSITION_MS),
      checkin_deadline_at: null,
      wake_attempts: 0,
      last_error: null,
      next_retry_at: null,
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .returning('lifecycle_generation')
    .executeTakeFirstOrThrow();
  return lifecycle_generation;
}

/** The options that the job of a queue waits with. */
export async function findAskedOptions({ db, orgId }: TxContext, queue: string): Promise<object> {
  const row = await db
    .selectFrom('work_jobs')
    .select(sql<object>`payload -> 'options'`.as('options'))
    .where('org_id', '=', orgId)
    .where('queue', '=', queue)
    .where('state', '=', 'queued')
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row?.options ?? {};
}

/** Whether nothing newer was asked of an agent. */
export async function isCurrent({ db, orgId }: Context, id: string, generation: number): Promise<boolean> {
  const row = await db
    .selectFrom('agents')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('lifecycle_generation', '=', generation)
    .executeTakeFirst();
  return row !== undefined;
}

/** The jobs that a gateway which is back lets try at once. */
export const listRetries = ({ db, orgId }: TxContext, gatewayId: string, kinds: string[]): Promise<{ id: string }[]> =>
  db
    .selectFrom('work_jobs as j')
    .innerJoin('agents as a', (join) =>
      join.onRef('a.org_id', '=', 'j.org_id').on(sql<boolean>`a.id::text = j.subject ->> 'id'`),
    )
    .select('j.id')
    .where('j.org_id', '=', orgId)
    .where('j.state', '=', 'queued')
    .where('j.waits_for', 'is', null)
    .where('j.next_retry_at', 'is not', null)
    .where('j.kind', 'in', kinds)
    .where('a.gateway_id', '=', gatewayId)
    .orderBy('j.created_at')
    .execute();

export async function saveSteps({ db, orgId, now }: TxContext, jobId: string, steps: StepRecord[]): Promise<void> {
  await db
    .updateTable('work_jobs')
    .set({ steps: JSON.stringify(steps), updated_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', jobId)
    .execute();
}

export async function findSteps({ db, orgId }: Context, jobId: string): Promise<StepRecord[]> {
  const row = await db
    .selectFrom('work_jobs')
    .select('steps')
    .where('org_id', '=', orgId)
    .where('id', '=', jobId)
    .executeTakeFirst();
  return (
    z
      .array(StepRecord)
      .nullable()
      .parse(row?.steps ?? null) ?? []
  );
}

/** How its gateway is to be reached and filled. */
export interface GatewayPlace {
  id: string;
  workspace_root: string;
  server_version: string | null;
  credential_delivery: CredentialMode;
}

export async function findGatewayPlace({ db, orgId }: Context, id: string): Promise<GatewayPlace | undefined> {
  const row = await db
    .selectFrom('gateways')
    .select(['id', 'workspace_root', 'server_version', 'credential_delivery'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row as GatewayPlace | undefined; // the mode is checked by the database
}

/** Of an agent at one generation: another one has a pass of its own. */
const ofGeneration = ({ db, orgId }: TxContext, id: string, generation: number) =>
  db
    .updateTable('agents')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('lifecycle_generation', '=', generation);

/** A pass has begun; only within the time of the request it is shown as a transition. */
export async function saveWriting(tx: TxContext, id: string, generation: number): Promise<void> {
  await ofGeneration(tx, id, generation)
    .set({ lifecycle_state: 'writing' })
    .where('transition_deadline_at', '>', tx.now().toISOString())
    .execute();
}

/** What the gateway has is what the row says. False when a newer generation came meanwhile. */
export async function saveSteady(
  tx: TxContext,
  id: string,
  generation: number,
  learned: { workspacePath: string; credentialMode: CredentialMode },
): Promise<boolean> {
  const { numUpdatedRows } = await ofGeneration(tx, id, generation)
    .set({
      status: 'online',
      lifecycle_state: 'steady',
      last_seen_at: sql`greatest(last_seen_at, ${tx.now()}::timestamptz)`,
      transition_deadline_at: null,
      last_error: null,
      next_retry_at: null,
      workspace_path: learned.workspacePath,
      credential_mode: learned.credentialMode,
    })
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The pass gave up for now. Returns whether it is news: false when it had failed before, or is not the current one. */
export async function saveFailed(
  tx: TxContext,
  id: string,
  generation: number,
  { code, message, retryAt }: { code: string; message: string; retryAt: Date },
): Promise<boolean> {
  const at = tx.now();
  const { rows } = await sql<{ was: string }>`
    with before as (select id, lifecycle_state as was from agents
      where org_id = ${tx.orgId} and id = ${id} and lifecycle_generation = ${generation} for no key update)
    update agents a set lifecycle_state = 'failed', transition_deadline_at = null,
      status = case when a.last_seen_at >= ${new Date(at.getTime() - SEEN_MS)} then 'online' else 'offline' end,
      last_error = ${JSON.stringify({ code, message, at: at.toISOString() })}::jsonb, next_retry_at = ${retryAt}
    from before where a.id = before.id returning before.was`.execute(tx.db);
  return rows[0] !== undefined && rows[0].was !== 'failed';
}
