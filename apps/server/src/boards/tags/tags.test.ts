import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
  makeTask,
} from '../../../test/make.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, url: string, payload?: object, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });

const create = async (name: string, more: object = {}) => (await call('POST', '/tags', { name, ...more })).json();

const makeForeignTag = async (): Promise<string> => {
  const id = newId();
  const orgId = await makeOrganization(app);
  await app.platform.db.insertInto('tags').values({ id, org_id: orgId, name: 'Theirs', slug: 'theirs' }).execute();
  return id;
};

const assign = async (tagId: string): Promise<string> => {
  const { orgId } = app.owner;
  const taskId = await makeTask(app, orgId, await makeBoard(app, orgId));
  await app.platform.db
    .insertInto('tag_assignments')
    .values({ id: newId(), org_id: orgId, task_id: taskId, tag_id: tagId })
    .execute();
  return taskId;
};

const listFacts = (id: string) =>
  app.platform.db.selectFrom('events').select(['type', 'actor']).where('subject_id', '=', id).orderBy('id').execute();

it('49: a slug is made from the name; only symbols give `tag`; a second one is refused', async () => {
  expect(await create('Release / QA')).toMatchObject({ name: 'Release / QA', slug: 'release-qa', task_count: 0 });
  expect(await create('***')).toMatchObject({ slug: 'tag' });
  expect(await create('Other', { slug: ' My Slug! ' })).toMatchObject({ slug: 'my-slug' });
  for (const twin of [{ name: 'release qa' }, { name: 'Any', slug: 'Release QA' }, { name: '???' }]) {
    const answer = await call('POST', '/tags', twin);
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'tag.slug_taken']);
  }
});

it('50: a colour loses its # and its capitals, has six hex digits and is never null', async () => {
  expect(await create('Red', { color: ' #FF00aa ' })).toMatchObject({ color: 'ff00aa' });
  const plain = await create('Plain');
  expect(plain.color).toBe('9e9e9e');
  for (const color of ['fff', '#12345g', 'ff00aa00', null, 7]) {
    for (const answer of [
      await call('POST', '/tags', { name: 'Bad', color }),
      await call('PATCH', `/tags/${plain.id}`, { color }),
    ])
      expect([color, answer.statusCode, answer.json().code]).toEqual([color, 422, 'request.invalid']);
  }
});

it('51: a tag of another organization is 403, an unknown one 404; neither can be changed', async () => {
  const foreign = await makeForeignTag();
  const denied = await call('GET', `/tags/${foreign}`);
  expect([denied.statusCode, denied.json().code]).toEqual([403, 'tag.access_denied']);
  expect((await call('GET', `/tags/${newId()}`)).json().code).toBe('tag.not_found');
  for (const id of [foreign, newId()]) {
    expect((await call('PATCH', `/tags/${id}`, { name: 'Mine' })).json().code).toBe('tag.not_found');
    expect((await call('DELETE', `/tags/${id}`)).json().code).toBe('tag.not_found');
  }
  expect((await call('GET', '/tags')).body).not.toContain(foreign);
});

it('52: a change keeps the slug unless one is sent and answers the true count', async () => {
  const { id } = await create('Bug');
  await assign(id);
  await assign(id);
  const renamed = (await call('PATCH', `/tags/${id}`, { name: 'Defect', description: 'Wrong.' })).json();
  expect(renamed).toMatchObject({ name: 'Defect', slug: 'bug', description: 'Wrong.', task_count: 2 });
  expect((await call('PATCH', `/tags/${id}`, { slug: '  ' })).json()).toMatchObject({ slug: 'defect', task_count: 2 });
  expect((await call('PATCH', `/tags/${id}`, { slug: 'Other slug' })).json().slug).toBe('other-slug');
  await create('Taken');
  expect((await call('PATCH', `/tags/${id}`, { slug: 'taken' })).json().code).toBe('tag.slug_taken');
  for (const empty of [{}, { unknown: 1 }, { name: null }, { name: '  ' }])
    expect((await call('PATCH', `/tags/${id}`, empty)).json().code).toBe('request.invalid');
});

it('writes one fact for each real change, with who made it', async () => {
  const { id } = await create('Followed');
  await call('PATCH', `/tags/${id}`, { color: '000000' });
  const same = (await call('PATCH', `/tags/${id}`, { color: '#000000', name: 'Followed' })).json();
  const before = (await call('GET', `/tags/${id}`)).json();
  expect(same).toEqual(before);
  const taskId = await assign(id);
  expect((await call('DELETE', `/tags/${id}`)).json()).toEqual({ ok: true });
  expect((await call('GET', `/tags/${id}`)).statusCode).toBe(404);
  const left = await app.platform.db.selectFrom('tag_assignments').selectAll().where('task_id', '=', taskId).execute();
  expect(left).toEqual([]);
  const actor = { kind: 'user', id: app.owner.userId };
  expect(await listFacts(id)).toEqual([
    { type: 'tag.created', actor },
    { type: 'tag.updated', actor },
    { type: 'tag.deleted', actor },
  ]);
});

it('is listed by name whatever its case, with an exact total on every page', async () => {
  for (const name of ['zebra', 'Yak', 'xerus']) await create(name);
  const all = (await call('GET', '/tags')).json();
  const names = all.items.map(({ name }: { name: string }) => name);
  expect(names.slice(-3)).toEqual(['xerus', 'Yak', 'zebra']);
  const page = (await call('GET', `/tags?limit=2&offset=${names.length - 1}`)).json();
  expect(page).toMatchObject({ items: [{ name: 'zebra' }], total: names.length, limit: 2, offset: names.length - 1 });
  for (const query of ['limit=0', 'limit=201', 'offset=-1'])
    expect((await call('GET', `/tags?${query}`)).statusCode).toBe(422);
});

it('is read by members and changed by admins', async () => {
  const { headers } = await makeMember(app, app.owner.orgId);
  const { id } = await create('Guarded');
  expect((await call('GET', '/tags', undefined, headers)).statusCode).toBe(200);
  expect((await call('GET', `/tags/${id}`, undefined, headers)).statusCode).toBe(200);
  for (const answer of [
    await call('POST', '/tags', { name: 'New' }, headers),
    await call('PATCH', `/tags/${id}`, { name: 'New' }, headers),
    await call('DELETE', `/tags/${id}`, undefined, headers),
  ])
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'auth.forbidden']);
});

it('is shown to the agents of a board', async () => {
  const { orgId } = app.owner;
  const { gatewayId } = await makeGateway(app, orgId);
  const boardId = await makeBoard(app, orgId, { gatewayId });
  const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
  const elsewhere = await makeGatewayAgent(app, orgId, {
    kind: 'worker',
    gatewayId,
    boardId: await makeBoard(app, orgId, { gatewayId }),
  });
  const { id } = await create('AAA first');
  const seen = (await call('GET', `/agent/boards/${boardId}/tags`, undefined, worker.headers)).json();
  expect(seen).toContainEqual({ id, name: 'AAA first', slug: 'aaa-first', color: '9e9e9e' });
  expect((await call('GET', `/agent/boards/${boardId}/tags`, undefined, elsewhere.headers)).json().code).toBe(
    'agent.board_forbidden',
  );
  expect((await call('GET', `/agent/boards/${newId()}/tags`, undefined, worker.headers)).statusCode).toBe(404);
});
