import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeMember, makeOrganization, makeTask } from '../../../test/make.ts';
import { listTenantTables, populateOrganization } from '../../../test/populate.ts';
import { pruneExports } from './exports.jobs.ts';
import { EXPORTED_TABLES, LEFT_OUT } from './exports.rules.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const get = (url: string, headers: Headers = app.owner.headers) =>
  app.router.inject({ url: `/api/v1/organizations/me${url}`, headers });

/** Begins an export and waits for its end. */
async function exportAll(headers?: Headers): Promise<string> {
  const answer = await get('/export', headers);
  expect(answer.statusCode).toBe(202);
  return finish(answer.json().job_id);
}

/** Does the job, unless the application is at it already. */
async function finish(jobId: string): Promise<string> {
  await app.runWork(jobId);
  while (['queued', 'running'].includes((await jobOf(jobId)).state)) await sleep(10);
  return jobId;
}
const jobOf = (id: string) =>
  app.platform.db.selectFrom('work_jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const folderOf = (orgId: string) => join(app.platform.config.dataDir, 'exports', orgId);

it('holds every table of the work half, or says why not', async () => {
  const named = [...EXPORTED_TABLES, ...Object.values(LEFT_OUT).flat()].sort();
  expect(named).toEqual((await listTenantTables(app)).sort());
});

it('writes all rows of the organization and none of others, without any secret', async () => {
  const orgId = await makeOrganization(app, 'Exported');
  const owner = await makeMember(app, orgId, { role: 'owner', name: 'Olga Owner' });
  await makeGateway(app, orgId);
  await populateOrganization(app, orgId);
  await makeTask(app, app.owner.orgId, await makeBoard(app, app.owner.orgId), { title: 'Not theirs' });
  const canary = `c4n4ry-${newId()}`;
  await plantCanaries(orgId, canary);

  const jobId = await exportAll(owner.headers);
  const job = await jobOf(jobId);
  const path = `/organizations/me/exports/${jobId}`;
  expect(job).toMatchObject({ state: 'succeeded', subject: { kind: 'organization', id: orgId }, result: { path } });
  const answer = await app.router.inject({ url: `/api/v1${path}`, headers: owner.headers });
  expect([answer.statusCode, answer.headers['content-disposition']]).toEqual([
    200,
    `attachment; filename="organization-${jobId}.json"`,
  ]);
  const archive = answer.json();
  expect(archive).toMatchObject({
    format: 'mission-control/organization',
    version: 1,
    organization: { id: orgId, name: 'Exported' },
  });
  expect(archive.exported_at).toMatch(/Z$/);
  expect(Object.keys(archive.tables)).toEqual(['users', ...EXPORTED_TABLES]);
  for (const [table, rows] of Object.entries(archive.tables))
    expect((rows as unknown[]).length, table).toBeGreaterThan(0);
  expect(archive.tables.users).toMatchObject([{ id: owner.userId, name: 'Olga Owner' }]);
  expect(archive.tables.tasks[0].created_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(answer.body).not.toContain('Not theirs');
  expect(answer.body).not.toContain(canary);
  expect(answer.body).not.toContain(JSON.stringify(Buffer.from(canary)).slice(1, -1));
  expect(answer.body).not.toContain('"type":"Buffer"');
  const facts = await app.platform.db
    .selectFrom('events')
    .select(['type', 'actor', 'data'])
    .where('org_id', '=', orgId)
    .where('type', '=', 'organization.exported')
    .execute();
  expect(facts).toEqual([
    { type: 'organization.exported', actor: { kind: 'user', id: owner.userId }, data: { job_id: jobId } },
  ]);
});

/** Puts a text that must not be found again into every binary column. */
async function plantCanaries(orgId: string, canary: string): Promise<void> {
  const { db } = app.platform;
  const { rows } = await sql<{ table: string; column: string }>`
    select c.relname as "table", a.attname as "column" from pg_attribute a join pg_class c on c.oid = a.attrelid
    join pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.atttypid = 'bytea'::regtype`.execute(db);
  const places = rows.filter(({ table }) => EXPORTED_TABLES.includes(table) && table !== 'access_tokens');
  expect(places.length).toBeGreaterThan(5);
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx); // some rows are not to be changed
    for (const { table, column } of places)
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${Buffer.from(canary)} where org_id = ${orgId}`.execute(
        tx,
      );
  });
}

it('writes thousands of rows in the order of the document', async () => {
  const orgId = await makeOrganization(app);
  const owner = await makeMember(app, orgId, { role: 'owner' });
  const boardId = await makeBoard(app, orgId);
  await sql`insert into tasks (id, org_id, board_id, title, position)
    select gen_random_uuid(), ${orgId}, ${boardId}, repeat('x', 400), n::text from generate_series(1, 1001) n`.execute(
    app.platform.db,
  );
  const jobId = await exportAll(owner.headers);
  const { tables } = (await get(`/exports/${jobId}`, owner.headers)).json();
  expect(new Set(tables.tasks.map(({ position }: { position: string }) => position)).size).toBe(1001);
});

it('is for owners, and each archive for its own organization', async () => {
  const jobId = await exportAll();
  const admin = await makeMember(app, app.owner.orgId, { role: 'admin' });
  for (const url of ['/export', `/exports/${jobId}`]) {
    const answer = await get(url, admin.headers);
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'organization.owner_required']);
  }
  const stranger = await makeMember(app, await makeOrganization(app), { role: 'owner' });
  for (const [url, headers] of [
    [`/exports/${jobId}`, stranger.headers],
    [`/exports/${newId()}`, app.owner.headers],
  ] as const) {
    const answer = await get(url, headers);
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'export.not_found']);
  }
  expect((await get('/exports/..%2f..%2fsecret-key')).statusCode).toBe(422);
});

it('is one job while it runs, and a newer archive takes the place of the older', async () => {
  const { orgId } = app.owner;
  const answers = await Promise.all([1, 2, 3].map(() => get('/export')));
  const ids = new Set(answers.map((answer) => answer.json().job_id));
  expect(ids.size).toBe(1);
  const [first = ''] = ids;
  await finish(first);
  const second = await exportAll();
  expect(second).not.toBe(first);
  expect(readdirSync(folderOf(orgId))).toEqual([`${second}.json`]);
  expect(statSync(join(folderOf(orgId), `${second}.json`)).mode & 0o777).toBe(0o600);
  expect((await get(`/exports/${first}`)).statusCode).toBe(404);
});

it('goes after a week, and with its organization', async () => {
  const jobId = await exportAll();
  const file = join(folderOf(app.owner.orgId), `${jobId}.json`);
  await pruneExports(app.platform);
  expect(existsSync(file)).toBe(true);
  const old = (Date.now() - 7 * 86_400_000) / 1000 - 1;
  utimesSync(file, old, old);
  await pruneExports(app.platform);
  expect(existsSync(file)).toBe(false);

  const orgId = await makeOrganization(app);
  const owner = await makeMember(app, orgId, { role: 'owner' });
  await exportAll(owner.headers);
  expect(existsSync(folderOf(orgId))).toBe(true);
  await app.router.inject({ method: 'DELETE', url: '/api/v1/organizations/me', headers: owner.headers });
  expect(existsSync(folderOf(orgId))).toBe(false);
});
