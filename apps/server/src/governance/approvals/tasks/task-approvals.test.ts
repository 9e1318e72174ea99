import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction, systemContext, type TxContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { type MadeMember, makeBoard, makeMember, makeTask } from '../../../../test/make.ts';
import { consumeTaskApproval, releaseTaskFromApprovals } from './task-approvals.service.ts';
import { hasPendingApproval } from './task-approvals.store.ts';

let now = new Date('2026-03-01T08:00:00Z');
let app: TestApp;
let boardId: string;
let decider: MadeMember;

beforeAll(async () => {
  app = await createTestApp({ now: () => now });
  boardId = await makeBoard(app, app.owner.orgId);
  decider = await makeMember(app, app.owner.orgId, { all_boards_write: true });
});
afterAll(() => app.close());

const write = <T>(work: (tx: TxContext) => Promise<T>) =>
  inTransaction(systemContext(app.platform, app.owner.orgId), work);
const task = () => makeTask(app, app.owner.orgId, boardId);
const ask = async (task_ids: string[], body: object = {}) => {
  const answer = await app.router.inject({
    method: 'POST',
    url: `/api/v1/boards/${boardId}/approvals`,
    headers: app.owner.headers,
    payload: { action_type: 'finish', confidence: 90, lead_reasoning: 'Done.', task_ids, ...body },
  });
  return answer.json();
};
const decide = (id: string, status = 'approved') =>
  app.router.inject({
    method: 'PATCH',
    url: `/api/v1/boards/${boardId}/approvals/${id}`,
    headers: decider.headers,
    payload: { status },
  });
const read = async (id: string) =>
  (await app.router.inject({ url: `/api/v1/boards/${boardId}/approvals/${id}`, headers: decider.headers })).json();
const consume = (taskId: string, cycle = 1, board = boardId) =>
  write((tx) => consumeTaskApproval(tx, { boardId: board, taskId, cycle }));
const listFacts = (type: string, id: string) =>
  app.platform.db.selectFrom('events').select('data').where('type', '=', type).where('subject_id', '=', id).execute();

it('96: a move to done uses the approval; a second one finds none', async () => {
  const taskId = await task();
  const { id } = await ask([taskId]);
  expect(await consume(taskId)).toBe(false);
  await decide(id);
  expect(await consume(taskId)).toBe(true);
  expect(await consume(taskId)).toBe(false);
  expect(await read(id)).toMatchObject({ status: 'approved', consumed_at: expect.any(String) });
  expect(await listFacts('approval.consumed', id)).toMatchObject([{ data: { task_id: taskId } }]);
});

it('counts only for the cycle and the board it was asked for', async () => {
  const taskId = await task();
  await decide((await ask([taskId])).id);
  expect(await consume(taskId, 2)).toBe(false);
  expect(await consume(taskId, 1, await makeBoard(app, app.owner.orgId))).toBe(false);
  expect(await consume(taskId)).toBe(true);
});

it('counts no longer than its span after the decision', async () => {
  const taskId = await task();
  await decide((await ask([taskId], { expires_in_seconds: 60 })).id);
  now = new Date(now.getTime() + 60_000);
  expect(await consume(taskId)).toBe(false);
});

it('is used for each of its tasks once, and as a whole only when for none', async () => {
  const [a, b] = [await task(), await task()];
  const { id, args_hash } = await ask([a, b]);
  await decide(id);
  expect(await consume(a)).toBe(true);
  expect((await read(id)).consumed_at).toBeNull();
  const answer = await app.router.inject({
    method: 'POST',
    url: `/api/v1/boards/${boardId}/approvals/${id}/consume`,
    headers: decider.headers,
    payload: { args_hash },
  });
  expect(answer.json().code).toBe('approval.already_consumed');
  expect((await decide(id, 'pending')).json().code).toBe('approval.already_consumed');
  expect(await consume(b)).toBe(true);
  expect((await read(id)).consumed_at).toEqual(expect.any(String));
});

it('parallel moves of one task use an approval once', async () => {
  const taskId = await task();
  await decide((await ask([taskId])).id);
  const results = await Promise.all(Array.from({ length: 10 }, () => consume(taskId)));
  expect(results.filter(Boolean)).toHaveLength(1);
});

it('tells whether a task waits: an overdue approval does not count', async () => {
  const taskId = await task();
  const { id } = await ask([taskId], { expires_in_seconds: 60 });
  const isWaiting = () => write((tx) => hasPendingApproval(tx, taskId));
  expect(await isWaiting()).toBe(true);
  now = new Date(now.getTime() + 60_000);
  expect(await isWaiting()).toBe(false);
  expect((await read(id)).resolution).toBe('expired');
});

it('211: a task that goes leaves its approvals: to their next task, or none, and then they are deleted', async () => {
  const [a, b] = [await task(), await task()];
  const shared = await ask([a, b]);
  await decide(shared.id, 'rejected');
  const own = await ask([a]);
  await write(async (tx) => {
    await releaseTaskFromApprovals(tx, a);
    await tx.db.deleteFrom('tasks').where('id', '=', a).execute();
  });
  expect(await read(shared.id)).toMatchObject({ task_id: b, task_ids: [b], args_hash: shared.args_hash });
  expect((await read(own.id)).code).toBe('approval.not_found');
  expect(await listFacts('approval.deleted', own.id)).toMatchObject([{ data: { id: own.id, board_id: boardId } }]);
  expect(await listFacts('approval.deleted', shared.id)).toEqual([]);
});
