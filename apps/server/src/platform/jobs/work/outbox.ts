import { sql } from 'kysely';
import { inTransaction, type Platform, systemContext, type TxContext } from '../../context.ts';
import { Problem } from '../../problem.ts';
import { announceWork } from './enqueue.ts';
import type { WorkJob, WorkKind, WorkKinds } from './work.ts';

/** A running job belongs to its process this long and is renewed meanwhile. */
const LEASE_MS = 60_000;
const FIRST_RETRY_MS = 10_000;
const MAX_RETRY_MS = 600_000;
const KEPT_MS = { succeeded: 7 * 86_400_000, ended: 90 * 86_400_000 };

interface ClaimedJob extends WorkJob {
  org_id: string;
  queue: string | null;
  lane: string | null;
}

const defaultRetryMs = (attempts: number): number =>
  Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), MAX_RETRY_MS) * (0.9 + Math.random() * 0.2);

/** Runs one job of the outbox, unless it is not its turn, waits, or another process has it. */
export async function runWork(platform: Platform, kinds: WorkKinds, id: string): Promise<void> {
  const job = await claim(platform, id);
  if (!job) return;
  const ctx = systemContext(platform, job.org_id);
  const renewal = setInterval(() => void renew(platform, id).catch(() => undefined), LEASE_MS / 3);
  const kind = kinds[job.kind];
  try {
    if (job.attempts > job.max_attempts) throw new Error('the process died at every try');
    if (!kind) throw new Problem('job.kind_unknown', 500, `No part of this server does ${job.kind}.`);
    const result = await kind.run(ctx, job, (other) => runWork(platform, kinds, other));
    await inTransaction(ctx, (tx) => end(tx, job, { state: 'succeeded', result: JSON.stringify(result ?? null) }));
  } catch (error) {
    await inTransaction(ctx, (tx) => fail(tx, kind, job, error));
  } finally {
    clearInterval(renewal);
  }
}

/** How many jobs of one lane run at once. */
const LANE_PLACES = 8;
const PLACE_TAKEN = 'work_jobs_lane_place';

/** Takes the job if it is its turn. Two that reach for the same place of a lane at once: the loser looks for another. */
async function claim(platform: Platform, id: string): Promise<ClaimedJob | undefined> {
  while (true) {
    try {
      return await tryClaim(platform, id);
    } catch (error) {
      const isPlaceTaken = error instanceof Error && 'constraint' in error && error.constraint === PLACE_TAKEN;
      if (!isPlaceTaken) throw error;
    }
  }
}

/**
 * Takes the job when it is queued, due, waits for nothing, is the first of its queue that does not wait either, and its
 * lane has a place.
 */
async function tryClaim({ db, now }: Platform, id: string): Promise<ClaimedJob | undefined> {
  const place = sql`(select min(p) from generate_series(1, ${LANE_PLACES}::int) p where not exists (select from work_jobs o
    where o.lane = j.lane and o.state = 'running' and o.lane_place = p))`;
  const { rows } = await sql<ClaimedJob>`
    update work_jobs j set state = 'running', attempts = attempts + 1, updated_at = ${now()}, error = null,
      leased_until = clock_timestamp() + ${LEASE_MS} * interval '1 ms',
      lane_place = case when lane is not null then ${place} end
    where id = ${id} and state = 'queued' and waits_for is null and (lane is null or ${place} is not null)
      and (next_retry_at is null or next_retry_at <= ${now()}::timestamptz + interval '1 second')
      and (queue is null or not exists (select 1 from work_jobs o
        where o.queue = j.queue and o.state in ('queued', 'running') and o.waits_for is null
          and (o.created_at, o.id) < (j.created_at, j.id)))
    returning id, org_id, kind, subject, board_id, payload, attempts, max_attempts, queue, lane,
      created_at`.execute(db);
  return rows[0];
}

async function renew({ db }: Platform, id: string): Promise<void> {
  await sql`update work_jobs set leased_until = clock_timestamp() + ${LEASE_MS} * interval '1 ms'
    where id = ${id} and state = 'running'`.execute(db);
}

async function fail(tx: TxContext, kind: WorkKind | undefined, job: ClaimedJob, thrown: unknown): Promise<void> {
  const isProblem = thrown instanceof Problem;
  const error = {
    code: isProblem ? thrown.code : 'internal',
    message: isProblem ? thrown.message : 'The work failed here; the job id finds it in the log.',
  };
  const isFinal = isProblem && !thrown.isRetryable;
  const waitsFor = isFinal ? undefined : await kind?.waitsFor?.(tx, job, error);
  const values = { error: JSON.stringify(error) };
  if (waitsFor !== undefined) return park(tx, job, { ...values, waits_for: waitsFor });
  tx.log.warn({ err: isProblem ? undefined : thrown, job: job.kind, job_id: job.id, code: error.code }, 'work failed');
  if (!isFinal && job.attempts < job.max_attempts) {
    const waitMs = (kind?.retryAfterMs ?? defaultRetryMs)(job.attempts);
    const runAt = new Date(tx.now().getTime() + waitMs);
    await save(tx, job.id, { ...values, state: 'queued', next_retry_at: runAt });
    await announceNextOfLane(tx, job);
    return announceWork(tx, job.id, runAt);
  }
  await kind?.whenGivenUp?.(tx, job, error);
  await end(tx, job, { ...values, state: isProblem && isFinal && kind ? 'failed' : 'dead' });
}

/** A try that met nobody does not count. */
async function park(tx: TxContext, job: ClaimedJob, values: { error: string; waits_for: string }): Promise<void> {
  await tx.db
    .updateTable('work_jobs')
    .set({ ...values, state: 'queued', attempts: job.attempts - 1, next_retry_at: null, leased_until: null })
    .set({ updated_at: tx.now() })
    .where('id', '=', job.id)
    .execute();
  await announceFollowers(tx, job);
}

async function end(tx: TxContext, job: ClaimedJob, values: Parameters<typeof save>[2]): Promise<void> {
  await save(tx, job.id, { ...values, next_retry_at: null, leased_until: null });
  await announceFollowers(tx, job);
}

async function announceFollowers(tx: TxContext, job: ClaimedJob): Promise<void> {
  if (job.queue !== null) await announceNext(tx, job.queue);
  await announceNextOfLane(tx, job);
}

/** Tells of the job that may have the place that one of its lane leaves. */
async function announceNextOfLane(tx: TxContext, { id, lane }: ClaimedJob): Promise<void> {
  if (lane === null) return;
  const next = await tx.db
    .selectFrom('work_jobs')
    .select('id')
    .where('lane', '=', lane)
    .where('state', '=', 'queued')
    .where('waits_for', 'is', null)
    .where((eb) => eb.or([eb('next_retry_at', 'is', null), eb('next_retry_at', '<=', tx.now().toISOString())]))
    .where('id', '<>', id)
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst();
  if (next) await announceWork(tx, next.id);
}

/** Tells of the job that is now the first of its queue. */
export async function announceNext(tx: TxContext, queue: string): Promise<void> {
  const next = await tx.db
    .selectFrom('work_jobs')
    .select(['id', 'next_retry_at'])
    .where('queue', '=', queue)
    .where('state', '=', 'queued')
    .where('waits_for', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst();
  if (next) await announceWork(tx, next.id, next.next_retry_at ? new Date(next.next_retry_at) : undefined);
}

async function save(
  tx: TxContext,
  id: string,
  values: {
    state: 'queued' | 'succeeded' | 'failed' | 'dead';
    result?: string;
    error?: string;
    next_retry_at?: Date | null;
    leased_until?: null;
  },
): Promise<void> {
  await tx.db
    .updateTable('work_jobs')
    .set({ ...values, updated_at: tx.now() })
    .where('id', '=', id)
    .execute();
}

/** Hands back what a dead process was running, and tells again of jobs that are due and were not taken. */
export async function recoverWork(platform: Platform): Promise<void> {
  await sql`update work_jobs set state = 'queued', leased_until = null
    where state = 'running' and leased_until < clock_timestamp()`.execute(platform.db);
  const { rows } = await sql<{ id: string; org_id: string }>`
    select id, org_id from work_jobs where state = 'queued' and waits_for is null
      and coalesce(next_retry_at, created_at) < ${platform.now()}::timestamptz - interval '5 seconds'
    order by created_at limit 1000`.execute(platform.db);
  for (const { id, org_id } of rows) await inTransaction(systemContext(platform, org_id), (tx) => announceWork(tx, id));
}

/** Forgets jobs that ended long ago. */
export async function pruneWork({ db, now }: Platform): Promise<void> {
  const before = (ms: number) => new Date(now().getTime() - ms).toISOString();
  await db
    .deleteFrom('work_jobs')
    .where((eb) =>
      eb.or([
        eb.and([eb('state', '=', 'succeeded'), eb('updated_at', '<', before(KEPT_MS.succeeded))]),
        eb.and([eb('state', 'in', ['failed', 'dead']), eb('updated_at', '<', before(KEPT_MS.ended))]),
      ]),
    )
    .execute();
}
