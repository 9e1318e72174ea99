import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeOrganization, makeProcess } from '../../../test/make.ts';
import { newId } from '../../platform/ids.ts';
import { listDifferences } from './settling/ledger.store.ts';
import { checkLedger, expireLeases, foldOldLeases, settleLateReports } from './settling/settling.jobs.ts';

let app: TestApp;
/** Time passes only where a test says so. */
let passedMs = 0;
const began = Date.now();
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(began + passedMs) });
});
afterAll(() => app.close());

const pass = (ms: number): void => {
  passedMs += ms;
};

async function enforce(rules: string, scope: string, name = `p-${newId()}`): Promise<string> {
  const source = `version: 1\nname: ${name}\nmode: enforce\nscope: ${scope}\nrules:\n${rules}\n`;
  const made = await call('/policies', app.owner.headers, { source });
  expect(made.statusCode, made.body).toBe(201);
  const { id, latest_version } = made.json();
  await activate(id, latest_version);
  return id;
}

async function activate(id: string, version: number): Promise<void> {
  const answer = await call(`/policies/${id}/activate`, app.owner.headers, { version, acknowledge_unobserved: true });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
}

const call = (url: string, headers: Record<string, string>, payload: object) =>
  app.router.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload });

const acquire = async (process: EnrolledProcess, body: Record<string, unknown>) => {
  const answer = await call('/leases/acquire', process.headers, {
    ...{ id: newId(), kind: 'tokens', agent_id: process.agentId, run: newId() },
    ...body,
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};

const renew = async (process: EnrolledProcess, body: Record<string, unknown>) =>
  (await call('/leases/renew', process.headers, body)).json();
const release = async (process: EnrolledProcess, body: Record<string, unknown>) =>
  (await call('/leases/release', process.headers, body)).json();

const counters = async (key: string) => {
  const row = await app.platform.db
    .selectFrom('lease_scopes')
    .select(['cap', 'committed', 'reserved'])
    .where('key', '=', key)
    .executeTakeFirst();
  return [row?.cap, row?.committed, row?.reserved];
};

const expectBalance = async () => expect(await listDifferences(app.platform, 10)).toEqual([]);

it('reserves over all scopes at once, commits what is told once, and gives the rest back', async () => {
  const process = await makeProcess(app, 'budgeted');
  await enforce(
    '  - id: run\n    limits: { per: run, tokens: 1000, on_exceed: block }\n  - id: day\n    limits: { per: agent_day, tokens: 1500, on_exceed: block }',
    '{ agent: budgeted }',
  );
  const [id, run] = [newId(), newId()];
  const day = `tokens:agent_day:${process.agentId}:${new Date(began).toISOString().slice(0, 10)}`;

  expect(await acquire(process, { id, run, amount: 300 })).toMatchObject({ status: 'granted', amount: 300 });
  expect(await acquire(process, { id, run, amount: 300 }), 'asked again').toMatchObject({ amount: 300 });
  expect(await counters(`tokens:run:${run}`)).toEqual([1000, 0, 300]);
  expect(await counters(day)).toEqual([1500, 0, 300]);

  expect(await renew(process, { id, used: 200, more: 400 })).toMatchObject({ status: 'granted', amount: 400 });
  expect(await renew(process, { id, used: 200, more: 400 }), 'told again').toMatchObject({ amount: 400 });
  expect(await counters(`tokens:run:${run}`)).toEqual([1000, 200, 400]);

  expect(await acquire(process, { run, amount: 500 })).toMatchObject({
    status: 'denied',
    amount: 400,
    retry_after_ms: 500,
    denied_by: { scope: `tokens:run:${run}`, cap: 1000, committed: 200 },
  });
  expect(await acquire(process, { run, amount: 500, least: 100 }), 'what is left').toMatchObject({ amount: 400 });
  await release(process, { id, used: 700 });
  await release(process, { id, used: 700 });
  expect(await counters(`tokens:run:${run}`), 'more was billed than reserved').toEqual([1000, 700, 400]);
  expect(await acquire(process, { run, amount: 400 }), 'spent').toMatchObject({
    status: 'denied',
    retry_after_ms: null,
    denied_by: { rule: expect.stringMatching(/@1:run$/) },
  });
  expect(await counters(day)).toEqual([1500, 700, 400]);
  const overrun = await app.platform.db.selectFrom('leases').select('overrun').where('id', '=', id).executeTakeFirst();
  expect(overrun).toEqual({ overrun: true });
  await expectBalance();

  const late = await call('/leases/renew', process.headers, { id, used: 1 });
  expect([late.statusCode, late.json().code]).toEqual([409, 'lease.ended']);
});

it('is open to processes for their own agents and leases only', async () => {
  const mine = await makeProcess(app, 'mine');
  const other = await makeProcess(app, 'other');
  await enforce('  - id: run\n    limits: { per: run, tokens: 1000, on_exceed: block }', '{ agent: [mine, other] }');
  const foreign = await call('/leases/acquire', mine.headers, {
    ...{ id: newId(), kind: 'tokens', agent_id: other.agentId, run: newId(), amount: 1 },
  });
  expect([foreign.statusCode, foreign.json().code]).toEqual([404, 'agent.not_found']);
  const { id } = await acquire(mine, { amount: 100 });
  const taken = await call('/leases/acquire', other.headers, {
    ...{ id, kind: 'tokens', agent_id: other.agentId, run: newId(), amount: 1 },
  });
  expect([taken.statusCode, taken.json().code]).toEqual([404, 'lease.not_found']);
  for (const url of ['/leases/renew', '/leases/release'])
    expect((await call(url, other.headers, { id })).json().code).toBe('lease.not_found');
  expect((await call('/leases/release', app.owner.headers, { id })).statusCode).toBe(403);
  expect((await call('/leases/acquire', mine.headers, { id, amount: -1 })).json().code).toBe('request.invalid');
  const elsewhere = await makeOrganization(app);
  expect(await app.platform.db.selectFrom('leases').select('id').where('org_id', '=', elsewhere).execute()).toEqual([]);
});

it('never passes a cap however many ask at once, and denies none while there is room', async () => {
  const process = await makeProcess(app, 'crowd');
  await enforce(
    '  - id: run\n    limits: { per: run, tokens: 50000, on_exceed: block }\n  - id: hour\n    limits: { per: agent_hour, tokens: 30000, on_exceed: block }',
    '{ agent: crowd }',
  );
  const runs = [newId(), newId(), newId()];
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => acquire(process, { run: runs[i % 3], amount: 500, least: 500 })),
  );
  const given = answers.filter(({ status }) => status === 'granted');
  const sum = given.reduce((total, { amount }) => total + amount, 0);
  expect(sum).toBeLessThanOrEqual(30_000);
  expect(sum).toBeGreaterThan(29_500 - 500);
  expect(given.length + answers.filter(({ status }) => status === 'denied').length).toBe(200);
  await expectBalance();
});

it('a cap that was lowered binds at once', async () => {
  const process = await makeProcess(app, 'lowered');
  const name = `p-${newId()}`;
  const source = (tokens: number) =>
    `version: 1\nname: ${name}\nmode: enforce\nscope: { agent: lowered }\nrules:\n  - id: run\n    limits: { per: run, tokens: ${tokens}, on_exceed: block }\n`;
  const { id } = (await call('/policies', app.owner.headers, { source: source(1000) })).json();
  await activate(id, 1);
  const run = newId();
  expect(await acquire(process, { run, amount: 100 })).toMatchObject({ status: 'granted' });
  await app.router.inject({
    ...{ method: 'PUT', url: `/api/v1/policies/${id}`, headers: app.owner.headers },
    payload: { source: source(150), if_version: 1 },
  });
  await activate(id, 2);
  expect(await acquire(process, { run, amount: 100 })).toMatchObject({ status: 'denied', denied_by: { cap: 150 } });
});

it('gives places in the order of asking, over agent, type and organization, and back at once', async () => {
  const process = await makeProcess(app, 'places');
  await enforce(
    '  - id: places\n    concurrency: { per: agent_type, max: 1, on_full: queue, queue_timeout: 30s }',
    '{ agent: places }',
  );
  const place = { kind: 'concurrency', amount: 1 };
  const first = await acquire(process, place);
  expect(first.status).toBe('granted');
  expect(await acquire(process, place)).toMatchObject({ status: 'denied', position: 1, retry_after_ms: 500 });
  const order: string[] = [];
  const wait = async (name: string) => {
    const answer = await acquire(process, { ...place, wait_s: 25 });
    order.push(name);
    await release(process, { id: answer.id });
    return answer.status;
  };
  const second = wait('second');
  await queued(1);
  const third = wait('third');
  await queued(2);
  await release(process, { id: first.id });
  expect(await Promise.all([second, third])).toEqual(['granted', 'granted']);
  expect(order).toEqual(['second', 'third']);
  expect(await counters('concurrency:agent_type:places')).toEqual([1, 0, 0]);
  await expectBalance();
});

const queued = async (count: number) =>
  expect
    .poll(() => app.platform.db.selectFrom('leases').select('id').where('state', '=', 'queued').execute())
    .toHaveLength(count);

it('a silent holder loses its place; of its budget what it reported is committed and the rest comes back later', async () => {
  const process = await makeProcess(app, 'silent', { tools: [], max_concurrency: 1 });
  await enforce('  - id: run\n    limits: { per: run, tokens: 1000, on_exceed: block }', '{ agent: silent }');
  const run = newId();
  const place = await acquire(process, { kind: 'concurrency', run, amount: 1 });
  await acquire(process, { run, amount: 600 });
  expect(await acquire(process, { kind: 'concurrency', amount: 1 })).toMatchObject({ denied_by: { rule: 'manifest' } });
  pass(26_000);
  await expireLeases(app.platform);
  expect(await acquire(process, { kind: 'concurrency', amount: 1 })).toMatchObject({ status: 'granted' });
  expect((await renew(process, { id: place.id })).code).toBe('lease.ended');

  await report(process, run, 100);
  pass(35_000);
  await expireLeases(app.platform);
  expect(await counters(`tokens:run:${run}`)).toEqual([1000, 100, 500]);
  await report(process, run, 150);
  pass(61_000);
  await expireLeases(app.platform);
  expect(await counters(`tokens:run:${run}`)).toEqual([1000, 150, 0]);
  await report(process, run, 180);
  await settleLateReports(app.platform);
  await settleLateReports(app.platform);
  expect(await counters(`tokens:run:${run}`), 'a batch of a dead process that came later').toEqual([1000, 180, 0]);
  await expectBalance();
});

/** What telemetry has of a run, as its ingest would leave it. */
async function report(process: EnrolledProcess, run: string, tokens: number): Promise<void> {
  const day = app.platform.now().toISOString().slice(0, 10);
  const { db } = app.platform;
  await db.deleteFrom('runs').where('id', '=', run).execute();
  await db
    .insertInto('runs')
    .values({
      ...{ org_id: app.owner.orgId, day, id: run, root_run_id: run, agent_id: process.agentId },
      ...{ producer_id: process.producer, started_at: app.platform.now(), last_event_at: app.platform.now() },
      tokens_input: tokens,
    })
    .execute();
}

it('warns once of a budget that is nearly used, and tells when counters and ledger differ', async () => {
  const process = await makeProcess(app, 'warned');
  await enforce(
    '  - id: run\n    limits: { per: run, tokens: 1000, warn_at: 80%, on_exceed: block }',
    '{ agent: warned }',
  );
  const run = newId();
  const { id } = await acquire(process, { run, amount: 900 });
  await renew(process, { id, used: 700 });
  await renew(process, { id, used: 850 });
  await release(process, { id, used: 900 });
  expect(await facts('budget.warn')).toMatchObject([
    { subject_id: process.agentId, data: { scopes: [{ key: `tokens:run:${run}`, cap: 1000, committed: 850 }] } },
  ]);

  await foldOldLeases(app.platform);
  await checkLedger(app.platform);
  expect(await facts('leases.unbalanced')).toEqual([]);
  const scope = app.platform.db.updateTable('lease_scopes').where('key', '=', `tokens:run:${run}`);
  await scope.set({ committed: 901 }).execute();
  await checkLedger(app.platform);
  expect(await facts('leases.unbalanced')).toMatchObject([
    { data: { scopes: [{ key: `tokens:run:${run}`, committed: 901, ledger_committed: 900 }] } },
  ]);
  await scope.set({ committed: 900 }).execute();
});

const facts = (type: string) =>
  app.platform.db.selectFrom('events').select(['subject_id', 'data']).where('type', '=', type).execute();

it('sums up movements of long ago without changing what they come to', async () => {
  const process = await makeProcess(app, 'folded');
  await enforce('  - id: task\n    limits: { per: task, tokens: 1000, on_exceed: block }', '{ agent: folded }');
  const task = newId();
  const budget = await acquire(process, { scopes: [`task:${task}`], amount: 100 });
  await release(process, { id: budget.id, used: 60 });
  pass(9 * 86_400_000);
  await foldOldLeases(app.platform);
  expect(await counters(`tokens:task:${task}`)).toEqual([1000, 60, 0]);
  await expectBalance();
  const reasons = await app.platform.db.selectFrom('lease_ledger').select('reason').distinct().execute();
  expect(reasons).toContainEqual({ reason: 'folded' });
});
