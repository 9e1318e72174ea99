import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { watchHealth } from '../health/health.jobs.ts';
import { keepPartitions } from '../retention/retention.jobs.ts';
import { foldClosedRollups } from '../rollups/rollups.jobs.ts';
import { pruneBatches } from '../writer/batches.store.ts';
import { closeRuns } from './closing.jobs.ts';

let app: TestApp;
let worker: EnrolledProcess;
let ahead = 0;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(Date.now() + ahead) });
  worker = await makeProcess(app);
});
afterAll(() => app.close());

/** The platform as it will be after some time. */
const later = (ms: number) => ({ ...app.platform, now: () => new Date(Date.now() + ms) });
const findRun = (id: string) => app.platform.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
const count = async (table: string) =>
  (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(app.platform.db)).rows[0]?.n;

describe('runs', () => {
  it('of a silent process are lost after five minutes, and live again when they are heard of', async () => {
    const run = makeRun();
    await report(app, worker, [run.start()]);
    await closeRuns(later(200_000));
    expect(await findRun(run.id)).toMatchObject({ status: 'running' });
    await closeRuns(later(400_000));
    expect(await findRun(run.id)).toMatchObject({ status: 'lost' });
    await report(app, worker, [run.tool()]);
    expect(await findRun(run.id)).toMatchObject({ status: 'running' });
  });

  it('of which steps are missing a minute after the end have a gap, until the steps come', async () => {
    const run = makeRun();
    const missing = run.tool();
    await report(app, worker, [run.start(), run.end({ steps: 1 })]);
    await closeRuns(later(30_000));
    expect(await findRun(run.id)).toMatchObject({ gap: false });
    await closeRuns(later(90_000));
    expect(await findRun(run.id)).toMatchObject({ gap: true });
    await report(app, worker, [missing]);
    await closeRuns(later(90_000));
    expect(await findRun(run.id)).toMatchObject({ gap: false });
  });

  it('reported before their parent find it later', async () => {
    const [parent, child] = [makeRun(), makeRun()];
    await report(app, worker, [child.start({ parent: { run: parent.id } })]);
    expect(await findRun(child.id)).toMatchObject({ parent_verified: false });
    await report(app, worker, [parent.start()]);
    await closeRuns(app.platform);
    expect(await findRun(child.id)).toMatchObject({ parent_verified: true });
  });
});

describe('rollups', () => {
  it('are folded to one row per key, which says the same', async () => {
    const sums = () =>
      sql<{ dim: string; dim_value: string }>`
        select dim, dim_value, sum(n) as n, sum(dur_sum_us) as dur, sum(cost_usd) as cost, hist_sum(dur_hist) as hist
        from rollup_1m group by 1, 2 order by 1, 2`.execute(app.platform.db);
    for (let i = 0; i < 3; i++) {
      const run = makeRun();
      await report(app, worker, [run.start(), run.call(), run.tool(), run.end()]);
    }
    const before = await sums();
    const rows = (await count('rollup_1m')) ?? 0;
    await foldClosedRollups(later(120_000));
    expect(await count('rollup_1m')).toBeLessThan(rows);
    expect((await sums()).rows).toEqual(before.rows);
    const { rows: doubled } =
      await sql`select 1 from rollup_1m group by t, dim, dim_value, agent_id having count(*) > 1`.execute(
        app.platform.db,
      );
    expect(doubled).toEqual([]);
  });
});

describe('batches', () => {
  it('beyond the newest 1,024 are forgotten below a floor', async () => {
    const process = await makeProcess(app, 'chatty');
    await sql`insert into telemetry_batches (org_id, producer_id, batch, response)
      select ${app.owner.orgId}, ${process.producer}, n, '{}' from generate_series(1, 1100) n`.execute(app.platform.db);
    await pruneBatches(app.platform);
    const producer = await app.platform.db
      .selectFrom('producers')
      .select('batch_floor')
      .where('id', '=', process.producer)
      .executeTakeFirst();
    expect(producer?.batch_floor).toBe(76);
  });
});

describe('partitions', () => {
  it('are made three days ahead and dropped when nobody keeps them', async () => {
    const list = async () =>
      (
        await sql<{
          name: string;
        }>`select relname as name from pg_class where relname like 'steps_20%' and relkind = 'r' order by 1`.execute(
          app.platform.db,
        )
      ).rows;
    const before = await list();
    await keepPartitions(later(2 * 86_400_000));
    const after = await list();
    expect(after).toHaveLength(before.length);
    expect(after.slice(0, -2)).toEqual(before.slice(2));
  });
});

describe('health', () => {
  const findHealth = async () =>
    (
      await app.router.inject({ method: 'GET', url: `/api/v1/agents/${worker.agentId}`, headers: app.owner.headers })
    ).json();

  it('is green while a process is heard, red when runs are open and none is, and each change is published once', async () => {
    const run = makeRun();
    await report(app, worker, [run.start()]);
    await expect
      .poll(async () => {
        await watchHealth(app.platform);
        return (await findHealth()).health;
      })
      .toBe('green');
    await watchHealth(later(60_000));
    await watchHealth(later(61_000));
    expect(await findHealth()).toMatchObject({ health: 'red', health_reasons: [{ code: 'no_process' }] });
    const events = await app.platform.db
      .selectFrom('events')
      .select('data')
      .where('type', '=', 'agent.health_changed')
      .where('subject_id', '=', worker.agentId)
      .orderBy('id')
      .execute();
    expect(events.map(({ data }) => (data as { health: string }).health)).toEqual(['green', 'red']);
    ahead = 0;
  });
});
