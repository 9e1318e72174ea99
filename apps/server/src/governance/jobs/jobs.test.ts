import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { enqueueWork, type NewWork } from '#server/platform/jobs/work/enqueue.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type MadeMember, makeBoard, makeMember, makeOrganization } from '../../../test/make.ts';

let app: TestApp;
let member: MadeMember;
beforeAll(async () => {
  app = await createTestApp();
  member = await makeMember(app, app.owner.orgId);
});
afterAll(() => app.close());

const send = (method: 'GET' | 'POST' | 'DELETE', path: string, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${path}`, headers });

/** A job in a state, that nothing lets go. */
async function makeJob(state: string, work: Partial<NewWork> = {}, orgId = app.owner.orgId): Promise<string> {
  const id = await inTransaction(systemContext(app.platform, orgId), (tx) =>
    enqueueWork(tx, {
      kind: 'gateway.send',
      payload: { text: 'only for its handler' },
      waitsFor: 'gateway:g',
      ...work,
    }),
  );
  const isEnd = ['failed', 'dead'].includes(state);
  const error = isEnd ? JSON.stringify({ code: 'gateway.timeout', message: 'No answer.' }) : null;
  await app.platform.db
    .updateTable('work_jobs')
    .set({ state, error, attempts: isEnd ? 8 : 0 })
    .where('id', '=', id)
    .execute();
  return id;
}
const factsOf = (id: string) =>
  app.platform.db.selectFrom('events').select(['type', 'actor', 'data']).where('subject_id', '=', id).execute();

it('231: shows what became of a job and what it waits for, without its payload', async () => {
  const id = await makeJob('queued', { subject: { kind: 'agent', id: newId() } });
  const answer = await send('GET', `/jobs/${id}`, member.headers);
  expect(answer.json()).toMatchObject({
    id,
    kind: 'gateway.send',
    state: 'queued',
    subject: { kind: 'agent' },
    waits_for: 'gateway:g',
    progress: null,
    steps: null,
    result: null,
    error: null,
    attempts: 0,
    max_attempts: 8,
    next_retry_at: null,
  });
  expect(answer.body).not.toContain('only for its handler');
});

it('231: the dead-letter list of the organization goes page by page, newest first', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push(await makeJob('dead', { kind: 'webhook.deliver' }));
  await makeJob('dead', {}, await makeOrganization(app));
  const first = (await send('GET', '/jobs?state=dead&kind=webhook.deliver&limit=2')).json();
  const rest = (await send('GET', `/jobs?state=dead&kind=webhook.deliver&cursor=${first.next_cursor}`)).json();
  expect([...first.items, ...rest.items].map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
  expect(first.items[0]).toMatchObject({ state: 'dead', error: { code: 'gateway.timeout', message: 'No answer.' } });
  expect((await send('GET', '/jobs?state=lost')).statusCode).toBe(422);
});

it('lists what was done about one thing', async () => {
  const subject = { kind: 'agent', id: newId() };
  await makeJob('queued', { subject: { kind: 'agent', id: newId() } });
  const ids = [await makeJob('failed', { subject }), await makeJob('queued', { subject })];
  const about = async (id: string) => (await send('GET', `/jobs?kind=gateway.send&subject_id=${id}`)).json().items;
  expect((await about(subject.id)).map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
  expect(await about(subject.id.toUpperCase())).toHaveLength(2);
  expect(await about(newId())).toEqual([]);
});

it('231: a dead job is retried with all its attempts, with a fact that says who', async () => {
  const id = await makeJob('dead');
  const answer = await send('POST', `/jobs/${id}/retry`);
  expect([answer.statusCode, answer.json()]).toEqual([202, { job_id: id }]);
  expect((await send('GET', `/jobs/${id}`)).json()).toMatchObject({ state: 'queued', attempts: 0, error: null });
  expect(await factsOf(id)).toMatchObject([
    {
      type: 'job.retried',
      actor: { kind: 'user', id: app.owner.userId },
      data: { before: { state: 'dead', error: { code: 'gateway.timeout' } } },
    },
  ]);
});

it('a job that runs or has succeeded is not retried, and one that runs is not forgotten', async () => {
  for (const state of ['running', 'succeeded']) {
    const answer = await send('POST', `/jobs/${await makeJob(state)}/retry`);
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'job.not_retryable']);
  }
  expect((await send('DELETE', `/jobs/${await makeJob('running')}`)).json().code).toBe('job.running');
});

it('a job is forgotten, with a fact', async () => {
  const id = await makeJob('dead');
  expect((await send('DELETE', `/jobs/${id}`)).statusCode).toBe(204);
  expect((await send('GET', `/jobs/${id}`)).json().code).toBe('job.not_found');
  expect((await send('DELETE', `/jobs/${id}`)).json().code).toBe('job.not_found');
  expect((await factsOf(id)).map(({ type }) => type)).toEqual(['job.deleted']);
});

it('members see one by its id unless it is of a board that they may not read; only admins list and change', async () => {
  const id = await makeJob('dead');
  const ofBoard = await makeJob('dead', { boardId: await makeBoard(app, app.owner.orgId) });
  expect((await send('GET', `/jobs/${id}`, member.headers)).statusCode).toBe(200);
  expect((await send('GET', `/jobs/${ofBoard}`, member.headers)).json().code).toBe('job.not_found');
  for (const [method, path] of [
    ['GET', '/jobs'],
    ['POST', `/jobs/${id}/retry`],
    ['DELETE', `/jobs/${id}`],
  ] as const)
    expect((await send(method, path, member.headers)).json().code).toBe('auth.forbidden');
});

it('of another organization does not exist', async () => {
  const id = await makeJob('dead', {}, await makeOrganization(app));
  expect((await send('GET', `/jobs/${id}`)).json().code).toBe('job.not_found');
  expect((await send('POST', `/jobs/${id}/retry`)).json().code).toBe('job.not_found');
  expect((await send('DELETE', `/jobs/${id}`)).json().code).toBe('job.not_found');
});
