import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
  makeTask,
} from '../../../test/make.ts';
import type { DashboardMetrics } from './dashboard.schema.ts';

const NOW = new Date('2026-03-18T13:45:00Z');
const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);

let app: TestApp;
let clock = NOW;
beforeAll(async () => {
  app = await createTestApp({ now: () => clock });
});
afterAll(() => app.close());

const ask = (query: string, headers = app.owner.headers) =>
  app.router.inject({ url: `/api/v1/metrics/dashboard${query}`, headers });
const read = async (query: string, headers = app.owner.headers): Promise<DashboardMetrics> => {
  const answer = await ask(query, headers);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};

/** A task that went through `moves`: [cycle, to, hours ago]. */
async function makeHistory(
  boardId: string,
  moves: [number, string, number][],
  orgId = app.owner.orgId,
): Promise<string> {
  const taskId = await makeTask(app, orgId, boardId, { status: moves.at(-1)?.[1] ?? 'inbox' });
  const toBegin = (cycle: number): Date | null => {
    const [first] = moves.filter((move) => move[0] === cycle && move[1] === 'in_progress');
    return first ? ago(first[2]) : null;
  };
  await app.platform.db
    .insertInto('task_status_changes')
    .values(
      moves.map(([cycle, to_status, hoursAgo], i) => ({
        ...{ id: newId(), org_id: orgId, board_id: boardId, task_id: taskId, cycle, to_status },
        ...{ from_status: moves[i - 1]?.[1] ?? null, actor_kind: 'system', actor_id: null, at: ago(hoursAgo) },
        began_at: to_status === 'done' ? toBegin(cycle) : null,
      })),
    )
    .execute();
  return taskId;
}

const makeLine = (boardId: string, taskId: string, event_type: string, hoursAgo: number) =>
  app.platform.db
    .insertInto('activity_events')
    .values({
      ...{ id: newId(), org_id: app.owner.orgId, event_type, board_id: boardId, task_id: taskId },
      ...{ actor: JSON.stringify({ kind: 'system', id: 'x' }), created_at: ago(hoursAgo) },
    })
    .execute();

const makeApproval = (
  boardId: string,
  minute: number,
  more: { taskId?: string; status?: string; expires_at?: Date } = {},
) =>
  app.platform.db
    .insertInto('approvals')
    .values({
      ...{ id: newId(), org_id: app.owner.orgId, board_id: boardId, task_id: more.taskId ?? null },
      ...{ action_type: `action ${minute}`, args_hash: 'a'.repeat(64), confidence: 88.5, requested_by_kind: 'system' },
      status: more.status ?? 'pending',
      resolved_at: more.status === undefined ? null : NOW,
      expires_at: more.expires_at ?? new Date(NOW.getTime() + HOUR_MS),
      created_at: new Date(NOW.getTime() - 3 * HOUR_MS + minute * 60_000),
    })
    .execute();

it('221: the cycle time of a task with known history is exact; a reopened task counts per cycle', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  // 6 h in its first cycle (the second start of a cycle does not count), 3 h in the second.
  await makeHistory(
    board,
    [
      ...([
        [1, 'inbox', 20],
        [1, 'in_progress', 18],
        [1, 'review', 15],
        [1, 'in_progress', 14],
        [1, 'done', 12],
      ] as const),
      ...([
        [2, 'in_progress', 5],
        [2, 'done', 2],
      ] as const),
    ].map(([cycle, to, hours]) => [cycle, to, hours] as [number, string, number]),
  );
  // 30 h, done eight days ago: outside of the last seven days, and of the range.
  await makeHistory(board, [
    [1, 'inbox', 230],
    [1, 'in_progress', 222],
    [1, 'done', 192],
  ]);
  const { kpis, cycle_time, throughput } = await read(`?board_id=${board}`);
  expect(kpis).toMatchObject({ median_cycle_time_hours: 4.5, median_cycle_time_hours_7d: 4.5 });
  const points = cycle_time.primary.points.filter(({ value }) => value > 0);
  expect(points).toEqual([
    { period: '2026-03-18T01:00:00.000Z', value: 6 },
    { period: '2026-03-18T11:00:00.000Z', value: 3 },
  ]);
  // Done twice within the window: it counts once, where it was done last.
  expect(throughput.primary.points.filter(({ value }) => value > 0)).toEqual([
    { period: '2026-03-18T11:00:00.000Z', value: 1 },
  ]);
  const month = await read(`?board_id=${board}&range_key=1m`);
  expect(month.kpis).toMatchObject({ median_cycle_time_hours: 6, median_cycle_time_hours_7d: 4.5 });
  expect(month.throughput.primary.points.reduce((sum, { value }) => sum + value, 0)).toBe(2);
});

it('221: counts a task that a person opens again per cycle', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const call = async (method: 'POST' | 'PATCH', url: string, payload: object) => {
    const answer = await app.router.inject({ method, url: `/api/v1${url}`, headers: app.owner.headers, payload });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json();
  };
  const { id } = await call('POST', `/boards/${board}/tasks`, { title: 'Twice' });
  for (const [status, hoursLater] of [
    ['in_progress', 8],
    ['done', 14],
    ['in_progress', 15],
    ['done', 18],
  ] as const) {
    clock = ago(-hoursLater);
    await call('PATCH', `/boards/${board}/tasks/${id}`, { status });
  }
  clock = ago(-20);
  const { cycle_time, wip } = await read(`?board_id=${board}`);
  clock = NOW;
  expect(cycle_time.primary.points.filter(({ value }) => value > 0)).toEqual([
    { period: '2026-03-19T03:00:00.000Z', value: 6 },
    { period: '2026-03-19T07:00:00.000Z', value: 3 },
  ]);
  const doing = wip.primary.points.map(({ in_progress, done }) => [in_progress, done].join(' '));
  expect(doing.slice(-10)).toEqual(['1 0', '1 0', '1 0', '0 1', '1 0', '1 0', '1 0', '0 1', '0 1', '0 1']);
  expect(wip.primary.points[0]).toMatchObject({ inbox: 0, in_progress: 0, done: 0 });
});

it('222: counts per status are zero-filled; pending approvals have the exact total and at most 10 items', async () => {
  const board = await makeBoard(app, app.owner.orgId, { name: 'Waiting' });
  const taskId = await makeTask(app, app.owner.orgId, board, { title: 'Ship it', status: 'review' });
  expect((await read(`?board_id=${board}`)).kpis).toEqual({
    ...{ active_agents: 0, tasks_in_progress: 0, inbox_tasks: 0, in_progress_tasks: 0, review_tasks: 1, done_tasks: 0 },
    ...{ error_rate_pct: 0, median_cycle_time_hours: null, median_cycle_time_hours_7d: null },
  });
  for (let minute = 0; minute < 12; minute++) await makeApproval(board, minute, minute === 11 ? { taskId } : {});
  await makeApproval(board, 50, { status: 'approved' });
  await makeApproval(board, 51, { expires_at: ago(1) });
  const { pending_approvals } = await read(`?board_id=${board}&range_key=3d`);
  expect(pending_approvals.total).toBe(12);
  expect(pending_approvals.items.map(({ action_type }) => action_type)).toEqual(
    Array.from({ length: 10 }, (_, i) => `action ${11 - i}`),
  );
  expect(pending_approvals.items[0]).toMatchObject({
    ...{ board_id: board, board_name: 'Waiting', confidence: 88.5, task_title: 'Ship it' },
  });
});

it('shows tasks by status at the end of each hour, failures in percent, and agents that were seen', async () => {
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  const board = await makeBoard(app, app.owner.orgId, { gatewayId });
  const taskId = await makeHistory(board, [
    [1, 'inbox', 30],
    [1, 'in_progress', 3],
    [1, 'review', 1],
  ]);
  for (const [type, hours] of [
    ['task.updated', 2],
    ['task.updated', 2],
    ['task.updated', 2],
    ['task.lead_notify_failed', 2],
    ['task.updated', 30],
    ['x.failed', 90],
  ] as const)
    await makeLine(board, taskId, type, hours);
  for (const hours of [1, 30]) {
    const { agentId } = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: board });
    await app.platform.db
      .updateTable('agents')
      .set({ last_seen_at: ago(hours) })
      .where('id', '=', agentId)
      .execute();
  }
  const { kpis, wip, error_rate } = await read(`?board_id=${board}`);
  expect(kpis).toMatchObject({ active_agents: 1, error_rate_pct: 25, review_tasks: 1 });
  expect(wip.primary.points.slice(-5).map(({ period: _, ...counts }) => counts)).toEqual([
    { inbox: 1, in_progress: 0, review: 0, done: 0 },
    ...[1, 2].map(() => ({ inbox: 0, in_progress: 1, review: 0, done: 0 })),
    ...[1, 2].map(() => ({ inbox: 0, in_progress: 0, review: 1, done: 0 })),
  ]);
  expect(wip.comparison.points[0]).toMatchObject({ inbox: 0 });
  expect(wip.comparison.points.at(-1)).toMatchObject({ inbox: 1 });
  expect(error_rate.primary.points.filter(({ value }) => value > 0)).toEqual([
    { period: '2026-03-18T11:00:00.000Z', value: 25 },
  ]);
});

it('220: a board that the caller cannot read is 403; a board outside the group gives empty series', async () => {
  const group = await makeBoardGroup(app, app.owner.orgId);
  const [inside, outside] = [
    await makeBoard(app, app.owner.orgId, { groupId: group }),
    await makeBoard(app, app.owner.orgId),
  ];
  for (const board of [inside, outside])
    await makeHistory(board, [
      [1, 'in_progress', 3],
      [1, 'done', 1],
    ]);
  const { headers } = await makeMember(app, app.owner.orgId, { boards: { [inside]: 'read' } });
  expect((await ask(`?board_id=${outside}`, headers)).json().code).toBe('board.access_denied');
  const foreign = await makeBoard(app, await makeOrganization(app));
  expect((await ask(`?board_id=${foreign}`)).json().code).toBe('board.not_found');
  const sumOf = ({ throughput }: DashboardMetrics) =>
    throughput.primary.points.reduce((sum, { value }) => sum + value, 0);
  expect(sumOf(await read('', headers))).toBe(1);
  expect(sumOf(await read(`?group_id=${group}`))).toBe(1);
  const empty = await read(`?group_id=${group}&board_id=${outside}`);
  expect(sumOf(empty)).toBe(0);
  expect(empty.kpis.done_tasks).toBe(0);
  expect(empty.throughput.primary.points).toHaveLength(25);
});

it('answers with what the last change of the organization left', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const taskId = await makeTask(app, app.owner.orgId, board);
  expect((await read(`?board_id=${board}`)).kpis.inbox_tasks).toBe(1);
  await app.platform.db.updateTable('tasks').set({ status: 'review' }).where('id', '=', taskId).execute();
  await makeLine(board, taskId, 'task.status_changed', -20);
  expect((await read(`?board_id=${board}`)).kpis).toMatchObject({ inbox_tasks: 0, review_tasks: 1 });
});

it('refuses a range that it does not have', async () => {
  expect((await ask('?range_key=2d')).json().code).toBe('request.invalid');
});
