import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeOrganization, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { eraseRuns } from './erasure.jobs.ts';
import { deleteRunsOfUser } from './erasure.service.ts';

let app: TestApp;
let worker: EnrolledProcess;

beforeAll(async () => {
  app = await createTestApp();
  worker = await makeProcess(app);
});
afterAll(() => app.close());

const call = (method: 'GET' | 'DELETE', path: string, headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${path}`, headers });

/** The tables in which a text stands, whole rows as JSON, payloads unpacked as far as they are text. */
async function findText(text: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`.execute(app.platform.db);
  const searches = tables.map(
    ({ name }) =>
      sql`select ${name} as name where exists (
        select from ${sql.table(name)} x where to_jsonb(x)::text like ${`%${text}%`})`,
  );
  const { rows } = await sql<{ name: string }>`${sql.join(searches, sql` union all `)}`.execute(app.platform.db);
  return rows.map(({ name }) => name);
}

const countBlobs = async () => {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from blobs`.execute(app.platform.db);
  return rows[0]?.n;
};

/** A run that says `secret` wherever a run can. */
function makeTalkative(secret: string, fields: Record<string, unknown> = {}) {
  const run = makeRun();
  const lines = [
    run.start({ name: `about ${secret}`, input: { v: secret }, ...fields }),
    run.tool({ key: 'a', in: { v: { q: secret } }, out: { v: secret } }),
    run.tool({ key: 'b', in: { v: `${secret} `.repeat(400) } }),
    run.event('decision', {
      id: newId(),
      key: 'c',
      tool: 'mail/send',
      verdict: 'block',
      mode: 'enforce',
      rule: 'capability.tool_undeclared',
      args: { v: { to: secret } },
    }),
    run.event('reason', { text: { v: secret }, key: 'a' }),
    run.end({ status: 'error', error: { type: 'Timeout', message: `too slow for ${secret}` } }),
  ];
  return { run, lines };
}

it('removes a run with all that it said, what came late too, and leaves when it was deleted', async () => {
  const { run, lines } = makeTalkative('Quinquireme');
  const blobs = await countBlobs();
  await report(app, worker, lines);
  expect(await findText('Quinquireme')).toEqual(expect.arrayContaining(['runs', 'steps', 'events']));
  expect(await countBlobs()).toBe((blobs ?? 0) + 1);

  expect((await call('DELETE', `/runs/${run.id}`)).statusCode).toBe(204);
  const gone = await call('GET', `/runs/${run.id}`);
  expect([gone.statusCode, gone.json().code]).toEqual([410, 'run.deleted']);
  expect((await call('DELETE', `/runs/${run.id}`)).statusCode).toBe(404);
  await eraseRuns(app.platform);
  expect(await findText('Quinquireme')).toEqual([]);
  expect(await countBlobs()).toBe(blobs);

  await report(app, worker, [run.tool({ key: 'late', in: { v: 'Quinquireme' } })]);
  await eraseRuns(app.platform);
  expect(await findText('Quinquireme')).toEqual([]);
  const readTrail = async () => (await call('GET', '/audit?action=runs.deleted')).json().items;
  const entry = { subject: { id: app.owner.orgId }, user: 'admin@home.local' };
  await expect.poll(readTrail, { timeout: 10_000 }).toMatchObject([entry]);
});

it('keeps a payload that another run of the day refers to', async () => {
  const payload = { v: 'shared '.repeat(400) };
  const [a, b] = [makeRun(), makeRun()];
  const blobs = (await countBlobs()) ?? 0;
  await report(
    app,
    worker,
    [a, b].flatMap((run) => [run.start(), run.tool({ key: 'x', in: payload }), run.end()]),
  );
  expect(await countBlobs()).toBe(blobs + 1);
  await call('DELETE', `/runs/${a.id}`);
  await eraseRuns(app.platform);
  expect(await countBlobs()).toBe(blobs + 1);
  await call('DELETE', `/runs/${b.id}`);
  await eraseRuns(app.platform);
  expect(await countBlobs()).toBe(blobs);
});

it('removes every run of an end user with the runs below them, and nobody else’s', async () => {
  const above = makeRun();
  const mine = makeTalkative('Nineveh', { user: 'jane@example.test', parent: { run: above.id, step: 'a' } });
  const child = makeRun();
  const other = makeTalkative('Ophir', { user: 'joe@example.test' });
  await report(app, worker, [
    above.start(),
    ...mine.lines,
    child.start({ parent: { run: mine.run.id, step: 'a' }, input: { v: 'Nineveh' } }),
    child.end(),
    ...other.lines,
  ]);
  const foreign = await makeOrganization(app);
  const path = `/telemetry/users/${encodeURIComponent('jane@example.test')}`;
  expect(await deleteRunsOfUser(systemContext(app.platform, foreign), 'jane@example.test')).toBe(0);
  expect((await call('DELETE', path)).json()).toEqual({ runs: 2 });
  await eraseRuns(app.platform);
  expect(await findText('Nineveh')).toEqual([]);
  expect(await findText('jane@example.test')).toEqual([]);
  for (const { id } of [other.run, above]) expect((await call('GET', `/runs/${id}`)).json()).toMatchObject({ id });
});
