import { createHash } from 'node:crypto';
import { canonicalJson } from '@mission-control/policy/canonical';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type MadeAgent,
  type MadeMember,
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
  makeTask,
} from '../../../test/make.ts';

let now = new Date('2026-03-01T08:00:00Z');
let app: TestApp;
let boardId: string;
let lead: MadeAgent;
let worker: MadeAgent;
let gatewayId: string;
/** May write on every board, and is not the local owner. */
let decider: MadeMember;

beforeAll(async () => {
  app = await createTestApp({ now: () => now });
  ({ gatewayId } = await makeGateway(app, app.owner.orgId));
  boardId = await makeBoard(app, app.owner.orgId, { gatewayId });
  lead = await makeGatewayAgent(app, app.owner.orgId, { kind: 'lead', gatewayId, boardId });
  worker = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId });
  decider = await makeMember(app, app.owner.orgId, { all_boards_write: true, name: 'Dee' });
});
afterAll(() => app.close());

type Headers = Record<string, string>;

const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, headers: Headers, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
const request = { action_type: 'deploy', confidence: 80, lead_reasoning: 'The tests pass.' };
const ask = (body: object = {}, headers: Headers = worker.headers, board = boardId) =>
  send('POST', `/boards/${board}/approvals`, headers, { ...request, ...body });
const decide = (id: string, body: object, headers: Headers = decider.headers, board = boardId) =>
  send('PATCH', `/boards/${board}/approvals/${id}`, headers, body);
const consume = (id: string, args_hash: string, headers: Headers = worker.headers, board = boardId) =>
  send('POST', `/boards/${board}/approvals/${id}/consume`, headers, { args_hash });
const task = (board = boardId) => makeTask(app, app.owner.orgId, board);
const later = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const HOUR = 3_600_000;

const factsOf = async (id: string) => {
  const rows = await app.platform.db
    .selectFrom('events')
    .select(['type', 'actor', 'data', 'board_id'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();
  return rows as {
    type: string;
    actor: { kind: string; id: string };
    data: Record<string, unknown>;
    board_id: string;
  }[];
};
const typesOf = async (id: string) => (await factsOf(id)).map(({ type }) => type);

it('112: confidence is required, within 0 and 100, and stays as exact as it was sent', async () => {
  expect((await ask({ confidence: undefined })).statusCode).toBe(422);
  for (const confidence of [-1, 101, '88', null])
    expect((await ask({ confidence })).json().code).toBe('request.invalid');
  expect((await ask({ confidence: 88.75 })).json().confidence).toBe(88.75);
});

it('113: a request says why, and lead_reasoning is copied to payload.reason', async () => {
  const without = { lead_reasoning: null };
  for (const body of [without, { lead_reasoning: '  ' }, { ...without, payload: { reason: ' ' } }])
    expect((await ask(body)).json().code).toBe('approval.reasoning_required');
  expect((await ask({ ...without, payload: { decision: { reason: 'asked twice' } } })).statusCode).toBe(200);
  expect((await ask({ ...without, payload: { reason: 'because' } })).statusCode).toBe(200);
  const copied = (await ask({ payload: { amount: 3 }, lead_reasoning: ' It is time. ' })).json();
  expect(copied.payload).toEqual({ amount: 3, reason: 'It is time.' });
});

it('114: only pending can be created, by agents and users alike', async () => {
  for (const status of ['approved', 'rejected'])
    for (const headers of [worker.headers, lead.headers, decider.headers])
      expect((await ask({ status }, headers)).json()).toMatchObject({ code: 'approval.must_be_pending' });
  expect((await ask({ status: 'pending' })).json().status).toBe('pending');
});

it('115: task ids of all sources merge in order without repeats, and are of the same board', async () => {
  const [a, b, c, d] = [await task(), await task(), await task(), await task()];
  const merged = await ask({
    task_id: c,
    task_ids: [a, c.toUpperCase()],
    payload: { taskIds: [a, 'no id', b], task_id: d, taskId: b },
  });
  expect(merged.json()).toMatchObject({
    task_id: c,
    task_ids: [c, a, b, d],
    task_titles: ['Task', 'Task', 'Task', 'Task'],
  });
  const stranger = await task(await makeBoard(app, app.owner.orgId));
  const refused = await ask({ task_ids: [await task(), stranger] });
  expect(refused.json()).toMatchObject({ code: 'approval.task_invalid', detail: { invalid_task_ids: [stranger] } });
});

it('116: a second pending approval for a task is refused with the tasks that clash', async () => {
  const [a, b, c] = [await task(), await task(), await task()];
  const first = (await ask({ task_ids: [a, b] })).json();
  const second = await ask({ task_ids: [c, b] });
  expect(second.statusCode).toBe(409);
  expect(second.json()).toMatchObject({
    code: 'approval.already_pending',
    detail: { message: expect.any(String), conflicts: [{ task_id: b, approval_id: first.id }] },
  });
  await decide(first.id, { status: 'rejected' });
  expect((await ask({ task_ids: [c, b] })).statusCode).toBe(200);
});

it('117: twenty parallel requests for one task give one pending approval', async () => {
  const taskId = await task();
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ task_id: taskId })));
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  expect(answers.filter((answer) => answer.json().code === 'approval.already_pending')).toHaveLength(19);
});

it('118: opening again clears decisions and the time of the outcome, unless another is pending', async () => {
  const taskId = await task();
  const first = (await ask({ task_id: taskId })).json();
  const approved = (await decide(first.id, { status: 'approved', comment: 'Go.' })).json();
  expect(approved).toMatchObject({
    status: 'approved',
    resolved_at: expect.any(String),
    approvals_given: 1,
    decisions: [{ user_id: decider.userId, user_name: 'Dee', decision: 'approved', comment: 'Go.' }],
  });
  const second = (await ask({ task_id: taskId })).json();
  const refused = await decide(first.id, { status: 'pending' });
  expect(refused.json()).toMatchObject({
    code: 'approval.already_pending',
    detail: { conflicts: [{ task_id: taskId, approval_id: second.id }] },
  });
  await decide(second.id, { status: 'rejected' });
  expect((await decide(first.id, { status: 'pending' })).json()).toMatchObject({
    status: 'pending',
    resolution: null,
    resolved_at: null,
    decisions: [],
    approvals_given: 0,
  });
  expect(await typesOf(first.id)).toEqual(['approval.created', 'approval.resolved', 'approval.reopened']);
});

it('119: agents never decide, and readers may not', async () => {
  const { id } = (await ask()).json();
  for (const headers of [worker.headers, lead.headers])
    expect((await decide(id, { status: 'approved' }, headers)).json()).toMatchObject({
      code: 'approval.human_required',
    });
  const reader = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'read' } });
  for (const body of [{ status: 'approved' }, {}]) {
    const answer = await decide(id, body, reader.headers);
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'board.access_denied']);
  }
  const stranger = await makeMember(app, app.owner.orgId);
  expect((await decide(id, { status: 'approved' }, stranger.headers)).json().code).toBe('board.access_denied');
});

it('120: whoever asked cannot approve it but can withdraw it', async () => {
  const { id, requested_by } = (await ask({}, decider.headers)).json();
  expect(requested_by).toEqual({ kind: 'user', id: decider.userId, name: 'Dee' });
  const refused = await decide(id, { status: 'approved' });
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'approval.requester_cannot_approve']);
  expect((await decide(id, { status: 'rejected' })).json()).toMatchObject({
    status: 'rejected',
    resolution: 'withdrawn',
  });
});

it('121: the agent of an agent’s request is always that agent; a person names one of the board', async () => {
  const own = (await ask({ agent_id: lead.agentId })).json();
  expect(own).toMatchObject({ agent_id: worker.agentId, requested_by: { kind: 'agent', id: worker.agentId } });
  expect((await ask({ agent_id: lead.agentId }, decider.headers)).json().agent_id).toBe(lead.agentId);
  const elsewhere = await makeBoard(app, app.owner.orgId, { gatewayId });
  const other = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: elsewhere });
  expect((await ask({ agent_id: other.agentId }, decider.headers)).json().code).toBe('agent.not_found');
});

it('123: an empty change and the same status change nothing, null is refused', async () => {
  const { id, version } = (await ask()).json();
  expect((await decide(id, {})).json()).toMatchObject({ status: 'pending', version });
  expect((await decide(id, { status: 'pending' })).json().version).toBe(version);
  expect((await decide(id, { status: null })).json().code).toBe('request.invalid');
  expect(await typesOf(id)).toEqual(['approval.created']);
  const approved = (await decide(id, { status: 'approved' })).json();
  expect((await decide(id, { status: 'approved' })).json()).toEqual(approved);
  expect(await typesOf(id)).toEqual(['approval.created', 'approval.resolved']);
});

it('an outcome that was not used can be replaced: no after yes, yes after no', async () => {
  const { id } = (await ask()).json();
  await decide(id, { status: 'approved' });
  const revoked = (await decide(id, { status: 'rejected', comment: 'Not today.' })).json();
  expect(revoked).toMatchObject({ status: 'rejected', resolution: 'rejected', approvals_given: 0 });
  expect(revoked.decisions).toMatchObject([{ decision: 'rejected', comment: 'Not today.' }]);
  expect((await decide(id, { status: 'approved' })).json().status).toBe('approved');
  expect((await typesOf(id)).filter((type) => type === 'approval.resolved')).toHaveLength(3);
});

it('123: a decision that leaves it pending resolves nothing', async () => {
  const { id } = (await ask({ required_approvals: 2 })).json();
  expect((await decide(id, { status: 'approved' })).json()).toMatchObject({ status: 'pending', approvals_given: 1 });
  expect(await typesOf(id)).toEqual(['approval.created', 'approval.decided']);
  expect((await decide(id, { status: 'approved' })).json().code).toBe('approval.already_decided');
  expect((await decide(id, { status: 'approved' }, app.owner.headers)).json().status).toBe('approved');
});

it('refuses a change of another version than the one that was seen', async () => {
  const { id, version } = (await ask()).json();
  const answer = await decide(id, { status: 'approved', version: version + 1 });
  expect(answer.json()).toMatchObject({ code: 'resource.version_conflict', detail: { current_version: version } });
  const matched = await send(
    'PATCH',
    `/boards/${boardId}/approvals/${id}`,
    { ...decider.headers, 'if-match': `"${version}"` },
    {
      status: 'approved',
    },
  );
  expect(matched.headers.etag).toBe(`"${version + 1}"`);
});

it('125: an approval is used once, with the arguments it was given for', async () => {
  const { id, args_hash } = (await ask({ args: { amount: 5 } })).json();
  expect((await consume(id, args_hash)).json().code).toBe('approval.not_approved');
  await decide(id, { status: 'approved' });
  expect((await consume(id, '0'.repeat(64))).json().code).toBe('approval.args_mismatch');
  const answers = await Promise.all(Array.from({ length: 50 }, () => consume(id, args_hash)));
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  expect(answers.filter((answer) => answer.json().code === 'approval.already_consumed')).toHaveLength(49);
  expect((await decide(id, { status: 'pending' })).json().code).toBe('approval.already_consumed');
  expect((await decide(id, { status: 'rejected' })).json().code).toBe('approval.already_consumed');
  const facts = await factsOf(id);
  expect(facts.at(-1)).toMatchObject({
    type: 'approval.consumed',
    board_id: boardId,
    actor: { kind: 'agent', id: worker.agentId },
    data: { approval: { id, consumed_at: expect.any(String) } },
  });
});

it('126: an approved one that was not used within its span again cannot be used', async () => {
  const { id, args_hash } = (await ask({ expires_in_seconds: 3600 })).json();
  later(HOUR / 2);
  await decide(id, { status: 'approved' });
  later(HOUR - 1000);
  expect((await decide(id, { status: 'pending' })).json().code).toBe('approval.expired');
  const other = (await ask({ expires_in_seconds: 3600 })).json();
  await decide(other.id, { status: 'approved' });
  later(1000);
  expect((await consume(id, args_hash)).json().code).toBe('approval.expired');
  expect((await decide(id, { status: 'rejected' })).json().status).toBe('rejected');
  expect((await consume(other.id, other.args_hash)).statusCode).toBe(200);
});

it('127: the same arguments in another order of keys have the same hash', async () => {
  const one = (await ask({ args: { b: [1, { y: 2, x: 1 }], a: 'é' } })).json();
  const two = (await ask({ args: { a: 'é', b: [1, { x: 1, y: 2 }] } })).json();
  const three = (await ask({ args: { a: 'é', b: [1, { x: 1, y: 3 }] } })).json();
  expect(one.args_hash).toBe(two.args_hash);
  expect(three.args_hash).not.toBe(one.args_hash);
  const plain = (await ask({ payload: { amount: 1 } })).json();
  const canonical = canonicalJson({ action_type: 'deploy', task_ids: [], args: plain.payload });
  expect(plain.args_hash).toBe(createHash('sha256').update(canonical).digest('hex'));
});

it('a number beyond all doubles, which has no hash, is refused', async () => {
  const answer = await app.router.inject({
    method: 'POST',
    url: `/api/v1/boards/${boardId}/approvals`,
    headers: { ...worker.headers, 'content-type': 'application/json' },
    payload: '{"action_type":"x","confidence":1,"lead_reasoning":"r","args":{"n":1e999}}',
  });
  expect(answer.json().code).toBe('request.invalid');
});

it('is rejected when nobody decides in time, for readers at once and in the row soon after', async () => {
  const taskId = await task();
  const { id } = (await ask({ task_id: taskId, expires_in_seconds: 60 })).json();
  later(60_000);
  const url = `/boards/${boardId}/approvals`;
  expect((await send('GET', `${url}/${id}`, decider.headers)).json()).toMatchObject({
    status: 'rejected',
    resolution: 'expired',
    resolved_at: expect.any(String),
  });
  expect((await send('GET', `${url}?status=pending&limit=200`, decider.headers)).body).not.toContain(id);
  expect((await send('GET', `${url}?status=rejected&limit=200`, decider.headers)).body).toContain(id);
  for (const status of ['approved', 'pending'])
    expect((await decide(id, { status })).json().code).toBe('approval.expired');
  expect((await ask({ task_id: taskId })).statusCode).toBe(200);
  expect(await typesOf(id)).toEqual(['approval.created', 'approval.expired']);
});

it('128: the stream gives one count for one task, several for several, none without tasks', async () => {
  const { approvalCreated } = await import('./approvals.events.ts');
  const shown = async (body: object) => {
    const { id } = (await ask(body)).json();
    const [fact] = await factsOf(id);
    return approvalCreated.streams?.approvals?.({ ...fact, subjectId: id, boardId, activity: null } as never);
  };
  const [a, b] = [await task(), await task()];
  await decide((await ask({ task_id: a })).json().id, { status: 'rejected' });
  const one = await shown({ task_id: a });
  expect(one).toMatchObject({
    event: 'approval',
    data: { approval: { task_id: a }, task_counts: { task_id: a, approvals_count: 2, approvals_pending_count: 1 } },
  });
  const { total } = (await send('GET', `/boards/${boardId}/approvals?status=pending`, decider.headers)).json();
  expect(one?.data).toMatchObject({ pending_approvals_count: total });
  const [c] = [await task()];
  expect((await shown({ task_ids: [b, c] }))?.data).toMatchObject({
    task_counts: [{ approvals_count: 1 }, { approvals_count: 1 }],
  });
  expect((await shown({}))?.data).not.toHaveProperty('task_counts');
});

it('is told in the history and carries who did it', async () => {
  const { id } = (await ask()).json();
  await decide(id, { status: 'rejected' });
  const lines = await app.platform.db
    .selectFrom('activity_events')
    .select(['event_type', 'board_id', 'agent_id', 'user_id'])
    .where(({ eb, ref }) => eb(ref('data', '->>').key('approval_id' as never), '=', id))
    .orderBy('created_at')
    .orderBy('event_type')
    .execute();
  expect(lines.map(({ event_type }) => event_type)).toEqual(['approval.created', 'approval.resolved']);
  expect(lines.at(-1)).toMatchObject({ board_id: boardId, agent_id: worker.agentId, user_id: decider.userId });
  expect((await factsOf(id)).at(-1)).toMatchObject({ actor: { kind: 'user', id: decider.userId } });
});

it('lists newest first, by status, with the exact total, and lets agents see it', async () => {
  const board = await makeBoard(app, app.owner.orgId, { gatewayId });
  const agent = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: board });
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    later(1000);
    const answer = await send('POST', `/agent/boards/${board}/approvals`, agent.headers, request);
    ids.push(answer.json().id);
  }
  await decide(ids[1] as string, { status: 'approved' }, decider.headers, board);
  const list = async (query: string, path = `/boards/${board}/approvals`, headers: Headers = decider.headers) =>
    (await send('GET', `${path}?${query}`, headers)).json();
  expect((await list('')).items.map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
  expect(await list('limit=1&offset=1')).toMatchObject({ items: [{ id: ids[1] }], total: 3, limit: 1, offset: 1 });
  expect(await list('status=pending&limit=1', `/agent/boards/${board}/approvals`, agent.headers)).toMatchObject({
    total: 2,
  });
  expect((await send('GET', `/boards/${board}/approvals?status=done`, decider.headers)).statusCode).toBe(422);
  const outside = await send('GET', `/agent/boards/${board}/approvals`, worker.headers);
  expect(outside.json().code).toBe('agent.board_forbidden');
});

it('an agent does not use an approval while its board is paused; a person may', async () => {
  const board = await makeBoard(app, app.owner.orgId, { gatewayId });
  const agent = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: board });
  const { id, args_hash } = (await ask({}, agent.headers, board)).json();
  await decide(id, { status: 'approved' }, decider.headers, board);
  await app.platform.db.updateTable('boards').set({ paused_at: now }).where('id', '=', board).execute();
  expect((await consume(id, args_hash, agent.headers, board)).json().code).toBe('board.paused');
  expect((await consume(id, args_hash, decider.headers, board)).statusCode).toBe(200);
});

it('of another board or organization does not exist', async () => {
  const { id, args_hash } = (await ask()).json();
  const board = await makeBoard(app, app.owner.orgId);
  const orgId = await makeOrganization(app);
  const foreign = await makeBoard(app, orgId);
  expect((await send('GET', `/boards/${board}/approvals/${id}`, decider.headers)).json().code).toBe(
    'approval.not_found',
  );
  expect((await decide(id, { status: 'approved' }, decider.headers, board)).json().code).toBe('approval.not_found');
  expect((await consume(id, args_hash, decider.headers, board)).json().code).toBe('approval.not_found');
  expect((await send('GET', `/boards/${foreign}/approvals`, decider.headers)).json().code).toBe('board.not_found');
  const group = await makeBoardGroup(app, orgId);
  expect((await ask({ eligible_group_ids: [group] })).json().code).toBe('board_group.not_found');
});
