import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { recoverWork } from '#server/platform/jobs/work/outbox.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeProcess } from '../../../test/make.ts';

let app: TestApp;
let target: Server;
let url: string;
let keys: (string | string[] | undefined)[] = [];
/** What the target does with a call. */
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  app = await createTestApp({ env: { ALLOW_PRIVATE_TARGETS: 'true' } });
  target = createServer((incoming, response) => {
    keys.push(incoming.headers['idempotency-key']);
    incoming.resume().on('end', () => answer(response));
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(target.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app.close();
  target.closeAllConnections();
  target.close();
});
beforeEach(() => {
  keys = [];
  answer = (response) => response.writeHead(204).end();
});

const api = (method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${path}`, headers: app.owner.headers, ...(payload ? { payload } : {}) });
const until = <T>(look: () => Promise<T> | T) => vi.waitFor(look, { timeout: 15_000, interval: 50 });
const rollBack = (agentId: string) => api('POST', `/agents/${agentId}/rollback`, { reason: 'It crashes.' });
const getDeployment = async (id: string) => (await api('GET', `/deployments/${id}`)).json();

/** An agent whose second version is active, with a target. */
async function makeTargeted(): Promise<string> {
  const slug = `agent-${newId()}`;
  const { agentId } = await makeProcess(app, slug, { tools: [] });
  await makeProcess(app, slug, { tools: [{ name: 'more' }] });
  const body = { name: newId(), kind: 'webhook', config: { url } };
  const { id } = (await api('POST', '/deploy-targets', body)).json();
  await api('PATCH', `/agents/${agentId}`, { deploy_target_id: id });
  return agentId;
}

/** From now on the connection dies that writes to a table on behalf of a rollback: all that a crash of the server leaves. */
async function plantCrash(table: string): Promise<() => Promise<unknown>> {
  await sql`create or replace function crash() returns trigger language plpgsql as $$
    begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`.execute(app.platform.db);
  const when = table === 'work_jobs' ? sql`when (new.kind = 'deployment.drive')` : sql``;
  await sql`create trigger crash before insert or update on ${sql.table(table)} for each row ${when}
    execute function crash()`.execute(app.platform.db);
  return () => sql`drop trigger crash on ${sql.table(table)}`.execute(app.platform.db);
}

/** What a rollback writes. */
const stateOf = async (agentId: string) => {
  const { rows } = await sql`select
      (select number from agent_versions v where v.id = a.active_version_id) as pointer,
      (select array_agg(number || ' ' || state order by number) from agent_versions v where v.agent_id = a.id) as states,
      (select count(*) from deployments d where d.agent_id = a.id)::int as deployments,
      (select count(*) from commands c where c.body ->> 'agent_id' = a.id::text and c.type = 'version.activate')::int as commands,
      (select count(*) from work_jobs j where j.queue = 'deployment:' || a.id)::int as jobs,
      (select count(*) from events e where e.subject_id = a.id and e.type = 'version.activated')::int as facts
    from agents a where a.id = ${agentId}`.execute(app.platform.db);
  return rows[0];
};

/** Time passes over a job whose process has died. */
async function outlive(agentId: string): Promise<void> {
  await app.platform.db
    .updateTable('work_jobs')
    .set({
      leased_until: sql`clock_timestamp() - interval '1 second'`,
      created_at: sql`created_at - interval '1 minute'`,
    })
    .where('queue', '=', `deployment:${agentId}`)
    .where('state', '=', 'running')
    .execute();
  await recoverWork(app.platform);
}

it('a crash at any step of a rollback leaves all or nothing of it, and it can be asked for again', async () => {
  const agentId = await makeTargeted();
  const before = await stateOf(agentId);
  expect(before).toMatchObject({ pointer: 2, jobs: 0 });
  for (const table of ['agent_versions', 'agents', 'commands', 'events', 'deployments', 'work_jobs']) {
    const repair = await plantCrash(table);
    const { statusCode } = await rollBack(agentId);
    await repair();
    expect([table, statusCode, await stateOf(agentId)]).toEqual([table, 503, before]);
  }
  expect(keys).toEqual([]);
  const { id } = (await rollBack(agentId)).json();
  await until(async () => expect((await getDeployment(id)).accepted_at).not.toBeNull());
  expect(await stateOf(agentId)).toMatchObject({ pointer: 1, states: ['1 active', '2 superseded'], jobs: 1 });
  expect(keys).toEqual([id]);
});

it('a crash during the call of the target has it called again, with the same key', async () => {
  const agentId = await makeTargeted();
  let hanging: ServerResponse | undefined;
  answer = (response) => {
    if (hanging) response.writeHead(200).end();
    else hanging = response;
  };
  const { id } = (await rollBack(agentId)).json();
  await until(() => expect(hanging).toBeDefined());
  await outlive(agentId);
  await until(async () => expect((await getDeployment(id)).accepted_at).not.toBeNull());
  expect(keys).toEqual([id, id]);
  // What the first call comes to afterwards changes nothing.
  hanging?.destroy();
  await until(async () => expect((await getDeployment(id)).attempts).toHaveLength(2));
  expect(await getDeployment(id)).toMatchObject({ status: 'switching' });
  expect(await stateOf(agentId)).toMatchObject({ pointer: 1 });
});

it('a crash while the pointer returns leaves it where it was, and it returns when the server is back', async () => {
  const agentId = await makeTargeted();
  let repair: (() => Promise<unknown>) | undefined;
  answer = async (response) => {
    repair ??= await plantCrash('commands');
    response.writeHead(422).end();
  };
  const { id } = (await rollBack(agentId)).json();
  await until(async () => {
    expect((await getDeployment(id)).attempts).toHaveLength(1);
    expect(await stateOf(agentId)).toMatchObject({ pointer: 1 });
    expect((await getDeployment(id)).status).toBe('switching');
  });
  await repair?.();
  await outlive(agentId);
  await until(async () => expect((await getDeployment(id)).status).toBe('reverted'));
  expect(await stateOf(agentId)).toMatchObject({ pointer: 2, states: ['1 superseded', '2 active'] });
  expect(new Set(keys)).toEqual(new Set([id]));
});
