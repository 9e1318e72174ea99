import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeBoard, makeMember, makeOrganization, makeTask } from '../../../../test/make.ts';
import { makeTaskBoard, type TaskBoard } from '../../../../test/task-board.ts';
import { TaskCardRead, TaskPage, TaskRead } from '../tasks.schema.ts';

let app: TestApp;
let board: TaskBoard;
beforeAll(async () => {
  app = await createTestApp();
  board = await makeTaskBoard(app);
});
afterAll(() => app.close());

interface Item {
  id: string;
  title: string;
}

async function list(query: string, on = board): Promise<string[]> {
  const { status, body } = await on.call('GET', `/boards/${on.boardId}/tasks?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  expect(body.total).toBeGreaterThanOrEqual(body.items.length);
  return body.items.map(({ title }: Item) => title);
}

it('75: the status filter takes a comma list, an unknown word is 422; unassigned=true filters, false does not', async () => {
  const on = await makeTaskBoard(app);
  await on.create({ title: 'new' });
  await on.create({ title: 'begun', status: 'in_progress', assigned_agent_id: on.worker.agentId });
  await on.create({ title: 'finished', status: 'done' });
  expect(await list('', on)).toEqual(['finished', 'begun', 'new']);
  expect(await list('status=inbox,%20done', on)).toEqual(['finished', 'new']);
  expect(await list('status=', on)).toHaveLength(3);
  expect(await on.call('GET', `/boards/${on.boardId}/tasks?status=inbox,later`)).toMatchObject({
    status: 422,
    code: 'task.status_unknown',
  });
  expect(await list('unassigned=true', on)).toEqual(['finished', 'new']);
  expect(await list('unassigned=false', on)).toHaveLength(3);
  expect(await list(`assigned_agent_id=${on.worker.agentId}`, on)).toEqual(['begun']);
  const asWorker = await on.call('GET', `/agent/boards/${on.boardId}/tasks?status=inbox`, { as: on.worker.headers });
  expect(asWorker.body).toMatchObject({ total: 1, limit: 200, offset: 0, items: [{ title: 'new' }] });
});

it('76: search finds words of title and description', async () => {
  const on = await makeTaskBoard(app);
  await on.create({ title: 'Mend the Lighthouse', description: 'the lamp is out' });
  await on.create({ title: 'Paint the door', description: 'in blue, near the lighthouse' });
  await on.create({ title: 'Rest' });
  expect(await list('q=lighthouse', on)).toEqual(['Paint the door', 'Mend the Lighthouse']);
  expect(await list('q=lighthouse%20lamp', on)).toEqual(['Mend the Lighthouse']);
  expect(await list('q=LAMP', on)).toEqual(['Mend the Lighthouse']);
  expect(await list('q=%20', on)).toHaveLength(3);
  expect(await list('q=nowhere', on)).toEqual([]);
});

it('76: sort by priority puts high, medium, low, then others; other sorts too; an unknown one is 422', async () => {
  const on = await makeTaskBoard(app);
  await on.create({ title: 'c', priority: 'whenever', due_at: '2026-03-01T00:00:00Z' });
  await on.create({ title: 'B', priority: 'low', status: 'done' });
  await on.create({ title: 'a', priority: 'medium', due_at: '2026-01-01' });
  await on.create({ title: 'D', priority: 'high', status: 'review' });
  expect(await list('sort=priority', on)).toEqual(['D', 'a', 'B', 'c']);
  expect(await list('sort=-priority', on)).toEqual(['c', 'B', 'a', 'D']);
  expect(await list('sort=title', on)).toEqual(['a', 'B', 'c', 'D']);
  expect((await list('sort=due_at', on)).slice(0, 2)).toEqual(['a', 'c']);
  expect((await list('sort=-due_at', on)).slice(0, 2)).toEqual(['c', 'a']);
  expect((await list('sort=status', on)).slice(2)).toEqual(['D', 'B']);
  expect(await list('sort=created_at', on)).toEqual(['c', 'B', 'a', 'D']);
  expect(await on.call('GET', `/boards/${on.boardId}/tasks?sort=colour`)).toMatchObject({
    status: 422,
    code: 'task.sort_unknown',
  });
});

it('76: paging through a sort loses and repeats nothing', async () => {
  const on = await makeTaskBoard(app);
  const due = [null, '2026-01-01T00:00:00Z'];
  for (let i = 0; i < 23; i++)
    await makeTask(app, on.orgId, on.boardId, { title: `Task ${i % 3}`, status: i % 2 === 0 ? 'inbox' : 'review' });
  await app.platform.db
    .updateTable('tasks')
    .set({ due_at: due[1] ?? null, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' })
    .where('board_id', '=', on.boardId)
    .where('status', '=', 'review')
    .execute();
  const sorts = ['created_at', 'updated_at', 'due_at', 'priority', 'status', 'title', 'position'];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...sorts),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      async (by, turned, limit) => {
        const ids: string[] = [];
        for (let offset = 0; offset < 23; offset += limit) {
          const sort = `${turned ? '-' : ''}${by}`;
          const { body } = await on.call(
            'GET',
            `/boards/${on.boardId}/tasks?sort=${sort}&limit=${limit}&offset=${offset}`,
          );
          expect(body.total).toBe(23);
          ids.push(...body.items.map(({ id }: Item) => id));
        }
        expect(new Set(ids).size).toBe(23);
        expect(ids).toHaveLength(23);
      },
    ),
    { numRuns: 20 },
  );
});

it('filters by priority, tags, due dates, blocking, change, creator and custom fields', async () => {
  const on = await makeTaskBoard(app);
  const tags = await Promise.all(
    ['red', 'green'].map(async (name) => {
      const answer = await on.call('POST', '/tags', { body: { name: `${name} ${on.boardId}` }, as: app.owner.headers });
      return answer.body.id;
    }),
  );
  await on.call('POST', '/organizations/me/custom-fields', {
    body: { field_key: `size-${on.boardId}`, default_value: 'small', board_ids: [on.boardId] },
    as: app.owner.headers,
  });
  const first = await on.create({
    title: 'first',
    priority: 'high',
    tag_ids: [tags[0]],
    due_at: '2026-05-01T00:00:00Z',
  });
  await on.create({ title: 'second', tag_ids: tags, depends_on_task_ids: [first.id] });
  await on.create({ title: 'third', custom_field_values: { [`size-${on.boardId}`]: 'big' } });
  await on.call('POST', `/agent/boards/${on.boardId}/tasks`, { body: { title: 'fourth' }, as: on.lead.headers });
  expect(await list('priority=high', on)).toEqual(['first']);
  expect(await list(`tag_id=${tags[1]}`, on)).toEqual(['second']);
  expect(await list(`tag_id=${tags[0]}&tag_id=${tags[1]}`, on)).toEqual(['second', 'first']);
  expect(await list('due_before=2026-05-02', on)).toEqual(['first']);
  expect(await list('due_after=2026-05-02', on)).toEqual([]);
  expect(await list('is_blocked=true', on)).toEqual(['second']);
  expect(await list('is_blocked=false', on)).toEqual(['fourth', 'third', 'first']);
  expect(await list(`created_by=${on.lead.agentId}`, on)).toEqual(['fourth']);
  expect(await list(`created_by=${on.user.userId}`, on)).toEqual(['third', 'second', 'first']);
  expect(await list('updated_since=2000-01-01', on)).toHaveLength(4);
  expect(await list('updated_since=2999-01-01', on)).toEqual([]);
  expect(await list(`custom.size-${on.boardId}=big`, on)).toEqual(['third']);
  expect(await list(`custom.size-${on.boardId}=small`, on)).toEqual(['fourth', 'second', 'first']);
  expect(await list('custom.colour=big', on)).toEqual([]);
  for (const bad of [
    'assigned_agent_id=x',
    'unassigned=perhaps',
    'due_before=soon',
    'tag_id=x',
    'limit=201',
    'offset=-1',
  ])
    expect((await on.call('GET', `/boards/${on.boardId}/tasks?${bad}`)).status, bad).toBe(422);
});

it('answers exactly the documented shape, in lists, alone and on cards', async () => {
  const on = await makeTaskBoard(app);
  const first = await on.create({ description: 'x', due_at: '2026-05-01', assigned_agent_id: on.worker.agentId });
  await on.create({ depends_on_task_ids: [first.id] });
  const path = `/boards/${on.boardId}`;
  const page = await on.call('GET', `${path}/tasks`);
  expect(page.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(TaskPage.strict().parse(page.body)).toEqual(page.body);
  for (const task of page.body.items) expect(TaskRead.strict().parse(task)).toEqual(task);
  const snapshot = await on.call('GET', `${path}/snapshot`);
  expect(snapshot.body.tasks).toHaveLength(2);
  for (const card of snapshot.body.tasks) expect(TaskCardRead.strict().parse(card)).toEqual(card);
});

it('lists the tasks of every readable board, and of no other', async () => {
  const mine = await makeTaskBoard(app);
  const hidden = await makeTaskBoard(app);
  const shown = await mine.create({ title: 'shown' });
  await hidden.create({ title: 'hidden' });
  const foreign = await makeOrganization(app);
  await makeTask(app, foreign, await makeBoard(app, foreign), { title: 'foreign' });
  const reader = await makeMember(app, mine.orgId, { boards: { [mine.boardId]: 'read' } });
  const all = await mine.call('GET', '/tasks?sort=title', { as: reader.headers });
  expect(all.body).toMatchObject({ total: 1, items: [{ id: shown.id, board_id: mine.boardId }] });
  const one = await mine.call('GET', `/tasks?board_id=${mine.boardId}`, { as: reader.headers });
  expect(one.body.total).toBe(1);
  const other = await mine.call('GET', `/tasks?board_id=${hidden.boardId}`, { as: reader.headers });
  expect(other).toMatchObject({ status: 403, code: 'board.access_denied' });
  expect(await mine.call('GET', `/tasks?board_id=${newId()}`, { as: reader.headers })).toMatchObject({
    status: 404,
    code: 'board.not_found',
  });
  const everything = await mine.call('GET', '/tasks?q=foreign', { as: app.owner.headers });
  expect(everything.body).toMatchObject({ total: 0, items: [] });
});

it('shows one task to people and agents of its board, and to nobody else', async () => {
  const { id } = await board.create();
  const path = `/boards/${board.boardId}/tasks/${id}`;
  expect((await board.call('GET', path)).headers.etag).toBe('"1"');
  expect((await board.call('GET', path, { as: board.worker.headers })).body.id).toBe(id);
  expect(await board.call('GET', `/boards/${board.boardId}/tasks/${newId()}`)).toMatchObject({
    status: 404,
    code: 'task.not_found',
  });
  const elsewhere = await makeTaskBoard(app);
  expect(await board.call('GET', `/boards/${elsewhere.boardId}/tasks/${id}`)).toMatchObject({ status: 404 });
  expect(await board.call('GET', path, { as: elsewhere.worker.headers })).toMatchObject({
    status: 403,
    code: 'agent.board_forbidden',
  });
  for (const url of [`/boards/${board.boardId}/tasks/x`, `/boards/x/tasks/${id}`])
    expect((await board.call('GET', url)).status).toBe(422);
});
