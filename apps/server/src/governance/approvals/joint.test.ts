import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type MadeMember, makeBoard, makeBoardGroup, makeMember, makeProcess } from '../../../test/make.ts';

const now = new Date('2026-03-01T08:00:00Z');
let app: TestApp;
let boardId: string;
let finance: { group: string; board: string };
let legal: { group: string; board: string };
/** Write on the board of their department, and read the one of the approval. */
let fay: MadeMember;
let finn: MadeMember;
let lea: MadeMember;

const makeDepartment = async (name: string) => {
  const group = await makeBoardGroup(app, app.owner.orgId, name);
  return { group, board: await makeBoard(app, app.owner.orgId, { groupId: group, name }) };
};
const makePerson = (board: string) =>
  makeMember(app, app.owner.orgId, { boards: { [board]: 'write', [boardId]: 'read' } });

beforeAll(async () => {
  app = await createTestApp({ now: () => now });
  boardId = await makeBoard(app, app.owner.orgId);
  finance = await makeDepartment('Finance');
  legal = await makeDepartment('Legal');
});
beforeEach(async () => {
  fay = await makePerson(finance.board);
  finn = await makePerson(finance.board);
  lea = await makePerson(legal.board);
});
afterAll(() => app.close());

const send = (method: 'POST' | 'PATCH' | 'DELETE' | 'GET', url: string, by: MadeMember['headers'], payload?: object) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers: by, ...(payload ? { payload } : {}) });
const ask = async (body: object = {}, by = app.owner.headers) =>
  send('POST', `/boards/${boardId}/approvals`, by, {
    action_type: 'wire money',
    confidence: 50,
    lead_reasoning: 'The bill is due.',
    eligible_group_ids: [finance.group, legal.group],
    required_approvals: 2,
    ...body,
  });
const decide = (id: string, by: MadeMember, body: object = {}) =>
  send('PATCH', `/boards/${boardId}/approvals/${id}`, by.headers, { status: 'approved', ...body });
const codeOf = async (answer: ReturnType<typeof decide>) => (await answer).json().code;
const lend = (from: MadeMember, to: MadeMember, body: object = {}) =>
  send('POST', '/approval-delegations', from.headers, {
    to: to.userId,
    until: new Date(now.getTime() + 86_400_000).toISOString(),
    ...body,
  });

it('124: of two departments each must agree: two people of one do not suffice, nor one person twice', async () => {
  const { id } = (await ask()).json();
  expect((await decide(id, fay)).json()).toMatchObject({
    status: 'pending',
    approvals_given: 1,
    decisions: [{ user_id: fay.userId, board_group_id: finance.group }],
  });
  expect(await codeOf(decide(id, finn))).toBe('approval.already_decided');
  expect(await codeOf(decide(id, fay))).toBe('approval.already_decided');
  expect((await decide(id, lea)).json()).toMatchObject({ status: 'approved', approvals_given: 2 });
});

it('one rejection rejects, whatever was approved before', async () => {
  const { id } = (await ask()).json();
  await decide(id, fay);
  const rejected = (await decide(id, lea, { status: 'rejected', comment: 'No contract.' })).json();
  expect(rejected).toMatchObject({ status: 'rejected', resolution: 'rejected', approvals_given: 1 });
});

it('who writes on no board of a department is not eligible, on the board itself or not', async () => {
  const { id } = (await ask()).json();
  const writer = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'write' } });
  expect(await codeOf(decide(id, writer))).toBe('approval.not_eligible');
  const reader = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'read' } });
  expect(await codeOf(decide(id, reader))).toBe('board.access_denied');
  expect(await codeOf(decide(id, fay, { board_group_id: legal.group }))).toBe('approval.not_eligible');
});

it('no more departments must agree than may', async () => {
  expect((await ask({ required_approvals: 3 })).json().code).toBe('approval.quorum_invalid');
  const twice = { eligible_group_ids: [legal.group, legal.group] };
  expect((await ask(twice)).json().code).toBe('approval.quorum_invalid');
});

it('who may speak for two departments says for which, and fills only one place', async () => {
  const both = await makeMember(app, app.owner.orgId, { all_boards_write: true });
  const { id } = (await ask()).json();
  expect((await decide(id, both)).json()).toMatchObject({
    code: 'request.invalid',
    detail: [{ loc: ['body', 'board_group_id'] }],
  });
  const decided = (await decide(id, both, { board_group_id: legal.group })).json();
  expect(decided.decisions).toMatchObject([{ board_group_id: legal.group }]);
  expect(await codeOf(decide(id, both, { board_group_id: finance.group }))).toBe('approval.already_decided');
  expect((await decide(id, fay)).json().status).toBe('approved');
});

it('who was removed meanwhile does not count when the last one agrees', async () => {
  const { id } = (await ask()).json();
  await decide(id, fay);
  await app.platform.db
    .deleteFrom('organization_board_access')
    .where('organization_member_id', '=', fay.memberId)
    .where('board_id', '=', finance.board)
    .execute();
  expect((await decide(id, lea)).json()).toMatchObject({
    status: 'pending',
    approvals_given: 1,
    decisions: [{ user_id: lea.userId }],
  });
  expect((await decide(id, finn)).json().status).toBe('approved');
});

it('whoever asked may only withdraw, though a department of theirs decides', async () => {
  const asker = await makeMember(app, app.owner.orgId, { boards: { [finance.board]: 'write', [boardId]: 'write' } });
  const { id } = (await ask({}, asker.headers)).json();
  expect(await codeOf(decide(id, asker))).toBe('approval.requester_cannot_approve');
  expect((await decide(id, asker, { status: 'rejected' })).json().resolution).toBe('withdrawn');
});

it('120: a token of the person who asked counts as the person', async () => {
  const asker = await makeMember(app, app.owner.orgId, { all_boards_write: true });
  const made = await send('POST', '/users/me/tokens', asker.headers, { name: 'robot', scopes: ['write'] });
  const token = { authorization: `Bearer ${made.json().token}` };
  const { id } = (await ask({ required_approvals: 1, eligible_group_ids: [] }, token)).json();
  expect(await codeOf(decide(id, asker))).toBe('approval.requester_cannot_approve');
});

it('the owner of the agent that a request names is excluded where two must agree', async () => {
  const { agentId } = await makeProcess(app, 'owned');
  await app.platform.db
    .updateTable('agents')
    .set({ board_id: boardId, owner_user_id: fay.userId })
    .where('id', '=', agentId)
    .execute();
  const { id } = (await ask({ agent_id: agentId })).json();
  expect(await codeOf(decide(id, fay))).toBe('approval.requester_cannot_approve');
  const single = (await ask({ agent_id: agentId, required_approvals: 1 })).json();
  expect((await decide(single.id, fay)).json().status).toBe('approved');
});

it('a lent voice speaks for its department while it is lent, and shows whose it is', async () => {
  const helper = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'write' } });
  const { id } = (await ask()).json();
  expect(await codeOf(decide(id, helper))).toBe('approval.not_eligible');
  const loan = (await lend(fay, helper)).json();
  expect((await decide(id, helper)).json().decisions).toMatchObject([
    { user_id: helper.userId, delegated_by_user_id: fay.userId, board_group_id: finance.group },
  ]);
  expect(await codeOf(decide(id, fay))).toBe('approval.already_decided');
  await send('DELETE', `/approval-delegations/${loan.id}`, fay.headers);
  expect((await decide(id, lea)).json()).toMatchObject({ status: 'pending', approvals_given: 1 });
});

it('a lent voice needs write access to the board, is never the one who asked, and cannot be lent on', async () => {
  const outsider = await makePerson(legal.board);
  await lend(fay, outsider);
  const { id } = (await ask()).json();
  expect(await codeOf(decide(id, outsider, { board_group_id: finance.group }))).toBe('approval.not_eligible');
  const asker = await makeMember(app, app.owner.orgId, { boards: { [finance.board]: 'write', [boardId]: 'write' } });
  const friend = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'write' } });
  const third = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'write' } });
  await lend(asker, friend);
  await lend(friend, third);
  const own = (await ask({}, asker.headers)).json();
  expect(await codeOf(decide(own.id, friend))).toBe('approval.not_eligible');
  expect(await codeOf(decide(id, third))).toBe('approval.not_eligible');
  expect((await decide(id, friend)).json().approvals_given).toBe(1);
});

it('a voice is lent to a member, for some time of at most 30 days, and taken back by who lent it', async () => {
  const day = 86_400_000;
  const at = (ms: number) => new Date(now.getTime() + ms).toISOString().replace('.000', '');
  expect((await lend(fay, lea, { until: at(31 * day) })).json().code).toBe('request.invalid');
  expect((await lend(fay, lea, { until: at(-day) })).json().code).toBe('request.invalid');
  expect((await lend(fay, lea, { until: 'soon' })).json().code).toBe('request.invalid');
  expect((await lend(fay, fay)).json().code).toBe('request.invalid');
  expect((await lend(fay, lea, { to: finance.group })).json().code).toBe('member.not_found');
  expect((await lend(fay, lea, { groups: [boardId] })).json().code).toBe('board_group.not_found');
  const made = await lend(fay, lea, { from_at: at(day), until: at(2 * day), groups: [finance.group] });
  expect([made.statusCode, made.json()]).toMatchObject([
    201,
    {
      from: { id: fay.userId },
      to: { id: lea.userId },
      group_ids: [finance.group],
      from_at: at(day),
      until: at(2 * day),
    },
  ]);
  const url = `/approval-delegations/${made.json().id}`;
  const list = async (by: MadeMember, query = '') =>
    (await send('GET', `/approval-delegations${query}`, by.headers)).json();
  expect((await list(lea)).items).toMatchObject([{ id: made.json().id }]);
  expect((await list(finn)).items).toEqual([]);
  expect((await list(finn, '?all=true')).code).toBe('auth.forbidden');
  expect(
    (await send('GET', '/approval-delegations?all=true&limit=1', app.owner.headers)).json().next_cursor,
  ).not.toBeNull();
  expect((await send('DELETE', url, finn.headers)).json().code).toBe('delegation.not_found');
  expect((await send('DELETE', url, lea.headers)).json().code).toBe('auth.forbidden');
  expect((await send('DELETE', url, fay.headers)).statusCode).toBe(204);
  expect((await send('DELETE', url, fay.headers)).json().code).toBe('delegation.not_found');
  const facts = await app.platform.db
    .selectFrom('events')
    .select('type')
    .where('subject_id', '=', made.json().id)
    .orderBy('id')
    .execute();
  expect(facts.map(({ type }) => type)).toEqual(['approval_delegation.created', 'approval_delegation.deleted']);
});
