import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { BoardSnapshot } from './snapshots.schema.ts';

type Headers = Record<string, string>;

let app: TestApp;
let orgId: string;
let gatewayId: string;
beforeAll(async () => {
  app = await createTestApp();
  orgId = app.owner.orgId;
  ({ gatewayId } = await makeGateway(app, orgId));
});
afterAll(() => app.close());

const get = async (url: string, headers: Headers = app.owner.headers) =>
  (await app.router.inject({ url: `/api/v1${url}`, headers })).json();
const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);

async function makeApproval(boardId: string, at: Date, overdue = false): Promise<string> {
  const id = newId();
  await app.platform.db
    .insertInto('approvals')
    .values({
      id,
      org_id: orgId,
      board_id: boardId,
      requested_by_kind: 'system',
      action_type: 'deploy',
      args_hash: 'a'.repeat(64),
      confidence: 90,
      expires_at: new Date(at.getTime() + (overdue ? 1000 : 1e12)),
      created_at: at,
    })
    .execute();
  return id;
}

describe('the snapshot of a board', () => {
  it('64: has all open tasks, the newest 200 done, values of custom fields, 200 approvals, 200 chat messages ascending and the exact pending count', async () => {
    const { db } = app.platform;
    const boardId = await makeBoard(app, orgId, { gatewayId });
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId, name: 'Wanda' });
    const start = Date.parse('2026-01-01T00:00:00Z');
    const at = (minute: number) => new Date(start + minute * 60_000);
    const done: string[] = [];
    for (let i = 0; i < 203; i++) {
      const id = await makeTask(app, orgId, boardId, { title: `done ${i}`, status: 'done' });
      await db
        .updateTable('tasks')
        .set({ created_at: at(i) })
        .where('id', '=', id)
        .execute();
      done.push(id);
    }
    const open = await makeTask(app, orgId, boardId, { status: 'review', assignedAgentId: worker.agentId });
    const definition = newId();
    await db
      .insertInto('task_custom_field_definitions')
      .values({ id: definition, org_id: orgId, field_key: 'budget', label: 'Budget', field_type: 'integer' })
      .execute();
    await db
      .insertInto('board_task_custom_fields')
      .values({ id: newId(), org_id: orgId, board_id: boardId, task_custom_field_definition_id: definition })
      .execute();
    await db
      .insertInto('task_custom_field_values')
      .values({ id: newId(), org_id: orgId, task_id: open, task_custom_field_definition_id: definition, value: '7' })
      .execute();
    const approvals: string[] = [];
    for (let i = 0; i < 202; i++) approvals.push(await makeApproval(boardId, at(i), i === 0));
    const chat: string[] = [];
    for (let i = 0; i < 202; i++) {
      const id = newId();
      await db
        .insertInto('board_memory')
        .values({
          id,
          org_id: orgId,
          board_id: boardId,
          content: `say ${i}`,
          is_chat: true,
          tags: ['chat'],
          created_at: at(i),
        })
        .execute();
      chat.push(id);
    }
    await db
      .insertInto('board_memory')
      .values({ id: newId(), org_id: orgId, board_id: boardId, content: 'a note' })
      .execute();

    const snapshot = await get(`/boards/${boardId}/snapshot`);
    expect(BoardSnapshot.parse(snapshot)).toEqual(snapshot);
    expect(snapshot.board.id).toBe(boardId);
    expect(idsOf(snapshot.tasks)).toEqual([open, ...done.slice(3).toReversed()]);
    expect(snapshot.tasks[0]).toMatchObject({ custom_field_values: { budget: 7 }, assignee: 'Wanda' });
    expect(snapshot).toMatchObject({ tasks_total: 204, tasks_truncated: true, pending_approvals_count: 201 });
    expect(idsOf(snapshot.approvals)).toEqual(approvals.slice(2).toReversed());
    expect(idsOf(snapshot.chat_messages)).toEqual(chat.slice(2));
    expect(idsOf(snapshot.agents)).toEqual([worker.agentId]);
    expect(snapshot.cursor).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
  });

  it('counts what still waits for a decision, not what is overdue', async () => {
    const boardId = await makeBoard(app, orgId);
    await makeApproval(boardId, new Date());
    await makeApproval(boardId, new Date('2026-01-01T00:00:00Z'), true);
    const { approvals, pending_approvals_count } = await get(`/boards/${boardId}/snapshot`);
    expect(approvals).toHaveLength(2);
    expect(pending_approvals_count).toBe(1);
  });

  it('is for readers and agents of the board', async () => {
    const boardId = await makeBoard(app, orgId, { gatewayId });
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    const stranger = await makeMember(app, orgId);
    expect((await get(`/boards/${boardId}/snapshot`, worker.headers)).board.id).toBe(boardId);
    expect((await get(`/boards/${boardId}/snapshot`, stranger.headers)).code).toBe('board.access_denied');
    const foreign = await makeBoard(app, await makeOrganization(app));
    expect((await get(`/boards/${foreign}/snapshot`)).code).toBe('board.not_found');
    expect((await get(`/boards/${newId()}/group-snapshot`)).code).toBe('board.not_found');
  });
});

describe('the snapshot of a group', () => {
  it('65: a per_board_task_limit of -1 or 101 is 422 on both routes; 0 gives counts only', async () => {
    const groupId = await makeBoardGroup(app, orgId);
    const boardId = await makeBoard(app, orgId, { groupId });
    await makeTask(app, orgId, boardId, { status: 'review' });
    await makeTask(app, orgId, boardId, { status: 'done' });
    const routes = [`/board-groups/${groupId}/snapshot?`, `/boards/${boardId}/group-snapshot?include_self=true&`];
    for (const url of routes) {
      for (const limit of [-1, 101])
        expect((await get(`${url}per_board_task_limit=${limit}`)).code).toBe('request.invalid');
      const { boards } = await get(`${url}per_board_task_limit=0`);
      expect(boards).toMatchObject([{ tasks: [], task_counts: { inbox: 0, in_progress: 0, review: 1, done: 1 } }]);
    }
  });

  it('shows the first tasks of each board, what is worked on first, and done ones only when asked', async () => {
    const groupId = await makeBoardGroup(app, orgId, 'Both');
    const first = await makeBoard(app, orgId, { name: 'Alpha', groupId, gatewayId });
    const second = await makeBoard(app, orgId, { name: 'beta', groupId });
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: first, name: 'Willy' });
    const [done, inbox, urgent, review] = [
      await makeTask(app, orgId, first, { status: 'done' }),
      await makeTask(app, orgId, first, {}),
      await makeTask(app, orgId, first, {}),
      await makeTask(app, orgId, first, { status: 'review' }),
    ];
    const working = await makeTask(app, orgId, first, { status: 'in_progress', assignedAgentId: worker.agentId });
    await app.platform.db.updateTable('tasks').set({ priority: 'high' }).where('id', '=', urgent).execute();
    const tagId = newId();
    await app.platform.db.insertInto('tags').values({ id: tagId, org_id: orgId, name: 'Bug', slug: 'bug' }).execute();
    await app.platform.db
      .insertInto('tag_assignments')
      .values({ id: newId(), org_id: orgId, task_id: working, tag_id: tagId })
      .execute();

    const { group, boards } = await get(`/board-groups/${groupId}/snapshot`);
    expect(group).toMatchObject({ id: groupId, name: 'Both' });
    expect(boards.map(({ board }: { board: { id: string } }) => board.id)).toEqual([first, second]);
    expect(idsOf(boards[0].tasks)).toEqual([working, review, urgent, inbox]);
    expect(boards[0].tasks[0]).toMatchObject({
      board_name: 'Alpha',
      assignee: 'Willy',
      tags: [{ id: tagId, name: 'Bug', slug: 'bug', color: '9e9e9e' }],
    });
    const trimmed = await get(`/board-groups/${groupId}/snapshot?per_board_task_limit=2`);
    expect(idsOf(trimmed.boards[0].tasks)).toEqual([working, review]);
    const all = await get(`/boards/${second}/group-snapshot?include_done=true`);
    expect(all.boards).toHaveLength(1);
    expect(idsOf(all.boards[0].tasks)).toEqual([working, review, urgent, inbox, done]);
  });

  it('shows people the siblings they may read, and agents all of them', async () => {
    const groupId = await makeBoardGroup(app, orgId);
    const boards: string[] = [];
    for (const name of ['a', 'b', 'c']) boards.push(await makeBoard(app, orgId, { name, groupId, gatewayId }));
    const [own = '', readable = '', hidden = ''] = boards;
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: own });
    const member = await makeMember(app, orgId, { boards: { [own]: 'read', [readable]: 'read' } });
    const siblings = async (query: string, headers: Headers) =>
      (await get(`/boards/${own}/group-snapshot${query}`, headers)).boards.map(
        ({ board }: { board: { id: string } }) => board.id,
      );
    expect(await siblings('', member.headers)).toEqual([readable]);
    expect(await siblings('?include_self=true', member.headers)).toEqual([own, readable]);
    expect(await siblings('', worker.headers)).toEqual([readable, hidden]);
    expect((await get(`/boards/${hidden}/group-snapshot`, member.headers)).code).toBe('board.access_denied');
    expect(
      idsOf(
        (await get(`/board-groups/${groupId}/snapshot`, member.headers)).boards.map(
          (one: { board: { id: string } }) => one.board,
        ),
      ),
    ).toEqual([own, readable]);
  });

  it('is empty for a board without a group', async () => {
    const boardId = await makeBoard(app, orgId);
    expect(await get(`/boards/${boardId}/group-snapshot?include_self=true`)).toEqual({ group: null, boards: [] });
  });
});
