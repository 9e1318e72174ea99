import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeAgent, makeOrganization, makeProcess, makeViolation } from '../../../test/make.ts';

let app: TestApp;
let agentId: string;
beforeAll(async () => {
  app = await createTestApp();
  agentId = (await makeProcess(app)).agentId;
});
afterAll(() => app.close());

const get = (url: string) => app.router.inject({ url: `/api/v1${url}`, headers: app.owner.headers });
const patch = (id: string, payload: Record<string, unknown>) =>
  app.router.inject({ method: 'PATCH', url: `/api/v1/violations/${id}`, headers: app.owner.headers, payload });

it('lists newest first, filtered, page by page', async () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  const ids: string[] = [];
  for (let i = 0; i < 5; i++)
    ids.push(await makeViolation(app, app.owner.orgId, agentId, new Date(start + i * 3_600_000)));
  const first = (await get('/violations?limit=3')).json();
  const second = (await get(`/violations?limit=3&cursor=${first.next_cursor}`)).json();
  expect([...first.items, ...second.items].map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
  expect(second.next_cursor).toBeNull();
  expect(first.items[0]).toMatchObject({
    agent_slug: 'worker',
    code: 'capability.tool_undeclared',
    state: 'open',
    count: 1,
  });
  expect((await get('/violations?enforcement=would_have')).json().items).toEqual([]);
  expect((await get('/violations?from=2026-01-01T02:30:00Z')).json().items).toHaveLength(2);
  expect((await get('/violations?state=wrong')).statusCode).toBe(422);
});

it('groups equal ones within ten minutes', async () => {
  const slug = (await makeProcess(app, 'noisy')).agentId;
  for (let i = 0; i < 4; i++) await makeViolation(app, app.owner.orgId, slug, new Date(Date.UTC(2026, 1, 1, 0, i)));
  await makeViolation(app, app.owner.orgId, slug, new Date(Date.UTC(2026, 1, 1, 5)));
  const groups = (await get(`/violations?grouped=true&agent_id=${slug}`)).json().items;
  expect(groups.map(({ count }: { count: number }) => count)).toEqual([1, 4]);
});

it('is acknowledged with who and when, and says so', async () => {
  const id = await makeViolation(app, app.owner.orgId, agentId);
  const answer = await patch(id, { state: 'acknowledged', note: 'known' });
  expect(answer.json()).toMatchObject({
    state: 'acknowledged',
    note: 'known',
    state_by: { kind: 'user', id: app.owner.userId },
  });
  const facts = await app.platform.db
    .selectFrom('events')
    .select(['type', 'actor'])
    .where('subject_id', '=', id)
    .execute();
  expect(facts).toMatchObject([{ type: 'violation.updated', actor: { kind: 'user', id: app.owner.userId } }]);
  expect((await patch(id, { state: 'nonsense' })).json().code).toBe('request.invalid');
});

it('of another organization does not exist', async () => {
  const orgId = await makeOrganization(app);
  const foreign = await makeViolation(app, orgId, await makeAgent(app, orgId));
  for (const id of [foreign, newId()]) {
    expect((await get(`/violations/${id}`)).json().code).toBe('violation.not_found');
    expect((await patch(id, { state: 'resolved' })).json().code).toBe('violation.not_found');
  }
  expect((await get('/violations?limit=200')).body).not.toContain(foreign);
});
