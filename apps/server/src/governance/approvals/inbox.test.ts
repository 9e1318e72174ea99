import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
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
let groupId: string;
let first: string;
let second: string;
let hidden: string;
let pat: MadeMember;
/** By name: of `first` deploy, mail and late; of `second` joint; of `hidden` secret. */
const ids: Record<string, string> = {};

const send = (method: 'POST' | 'GET', url: string, headers: Record<string, string>, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
async function ask(
  board: string,
  name: string,
  body: object = {},
  headers: Record<string, string> = app.owner.headers,
) {
  now = new Date(now.getTime() + 1000);
  const request = { action_type: name, confidence: 50, lead_reasoning: `About ${name}.`, ...body };
  ids[name] = (await send('POST', `/boards/${board}/approvals`, headers, request)).json().id;
}
const names = async (query: string, headers: Record<string, string> = pat.headers): Promise<string[]> =>
  (await send('GET', `/approvals?${query}`, headers))
    .json()
    .items.map((item: { action_type: string }) => item.action_type);

beforeAll(async () => {
  app = await createTestApp({ now: () => now });
  const { orgId } = app.owner;
  const { gatewayId } = await makeGateway(app, orgId);
  groupId = await makeBoardGroup(app, orgId);
  first = await makeBoard(app, orgId, { gatewayId });
  second = await makeBoard(app, orgId, { groupId });
  hidden = await makeBoard(app, orgId);
  pat = await makeMember(app, orgId, { boards: { [first]: 'write', [second]: 'read' } });
  const agent = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: first });
  await ask(first, 'deploy', { payload: { target: '100%_sure' } }, agent.headers);
  await ask(first, 'mail', { task_ids: [await makeTask(app, orgId, first, { title: 'Write to Ada' })] });
  await ask(first, 'late', { expires_in_seconds: 60 });
  await ask(second, 'joint', { eligible_group_ids: [groupId] });
  await ask(hidden, 'secret');
});
afterAll(() => app.close());

it('129: one page holds those of every readable board with the exact total, and none of others', async () => {
  const answer = (await send('GET', '/approvals?limit=2&offset=1', pat.headers)).json();
  expect(answer).toMatchObject({ total: 4, limit: 2, offset: 1 });
  expect(answer.items.map(({ id }: { id: string }) => id)).toEqual([ids.late, ids.mail]);
  expect(await names('')).toEqual(['joint', 'late', 'mail', 'deploy']);
  expect(await names('', app.owner.headers)).toContain('secret');
  const outsider = await makeMember(app, await makeOrganization(app), { role: 'owner', all_boards_read: true });
  expect(await names('', outsider.headers)).toEqual([]);
  const stranger = await makeMember(app, app.owner.orgId);
  expect(await names('', stranger.headers)).toEqual([]);
});

it('filters by board, group, action, agent, kind, text and time', async () => {
  const agentId = (await send('GET', `/boards/${first}/approvals/${ids.deploy}`, pat.headers)).json().agent_id;
  expect(await names(`board_id=${second}`)).toEqual(['joint']);
  expect(await names(`board_id=${hidden}`)).toEqual([]);
  expect(await names(`group_id=${groupId}`)).toEqual(['joint']);
  expect(await names('action_type=mail')).toEqual(['mail']);
  expect(await names(`agent_id=${agentId}`)).toEqual(['deploy']);
  expect(await names('kind=policy')).toEqual([]);
  expect(await names('kind=board&status=pending&q=ADA')).toEqual(['mail']);
  expect(await names('q=100%25_s')).toEqual(['deploy']);
  expect(await names('q=100%25%25s')).toEqual([]);
  expect(await names('q=About%20joint')).toEqual(['joint']);
  const soon = new Date(now.getTime() + 600_000).toISOString();
  expect(await names(`expires_before=${soon}`)).toEqual(['late']);
  expect((await send('GET', '/approvals?expires_before=never', pat.headers)).statusCode).toBe(422);
});

it('sorts by what runs out first, and filters by confidence', async () => {
  const all = (await send('GET', '/approvals?sort=expires_at', pat.headers)).json().items;
  const ends = all.map(({ expires_at }: { expires_at: string }) => expires_at);
  expect(ends).toEqual(ends.toSorted());
  expect(await names('sort=expires_at&limit=1')).toEqual(['late']);
  await ask(first, 'sure', { confidence: 95 });
  expect(await names('confidence_from=95')).toEqual(['sure']);
  expect(await names('confidence_below=95&action_type=sure')).toEqual([]);
  expect(await names('confidence_below=51&confidence_from=50&q=ada')).toEqual(['mail']);
  expect((await send('GET', '/approvals?sort=title', pat.headers)).statusCode).toBe(422);
  await send('POST', '/approvals/resolve', pat.headers, { items: [{ approval_id: ids.sure, status: 'rejected' }] });
});

it('`mine` are those that wait for a decision of the caller', async () => {
  expect(await names('mine=true')).toEqual(['late', 'mail', 'deploy']);
  expect(await names('mine=true', app.owner.headers)).toEqual(['deploy']);
  const speaker = await makeMember(app, app.owner.orgId, { boards: { [second]: 'write' } });
  expect(await names('mine=true', speaker.headers)).toEqual(['joint']);
  const other = await makeBoard(app, app.owner.orgId, { groupId });
  const lender = await makeMember(app, app.owner.orgId, { boards: { [other]: 'write' } });
  const reader = await makeMember(app, app.owner.orgId, { boards: { [first]: 'read' } });
  const writer = await makeMember(app, app.owner.orgId, { boards: { [first]: 'write' } });
  await ask(first, 'lent', { eligible_group_ids: [groupId] });
  for (const to of [reader, writer]) {
    const until = new Date(now.getTime() + 3_600_000).toISOString();
    await send('POST', '/approval-delegations', lender.headers, { to: to.userId, until });
  }
  expect(await names('mine=true', reader.headers)).toEqual([]);
  expect(await names('mine=true&action_type=lent', writer.headers)).toEqual(['lent']);
  expect(await names('mine=true&action_type=lent')).toEqual([]);
});

it('decides about many, each by itself', async () => {
  const agentOnly = await makeMember(app, app.owner.orgId, { boards: { [first]: 'write', [second]: 'read' } });
  const items = [
    { approval_id: ids.deploy, status: 'approved', comment: 'Fine.' },
    { approval_id: ids.joint, status: 'approved' },
    { approval_id: ids.secret, status: 'rejected' },
    { approval_id: ids.mail, status: 'rejected', version: 7 },
    { approval_id: newId(), status: 'approved' },
  ];
  const answer = await send('POST', '/approvals/resolve', agentOnly.headers, { items });
  expect(answer.statusCode).toBe(200);
  expect(answer.json().items).toMatchObject([
    {
      approval_id: ids.deploy,
      ok: true,
      approval: { status: 'approved', decisions: [{ comment: 'Fine.' }] },
      error: null,
    },
    { ok: false, approval: null, error: { code: 'board.access_denied' } },
    { ok: false, error: { code: 'board.access_denied' } },
    { ok: false, error: { code: 'resource.version_conflict', detail: { current_version: 1 } } },
    { ok: false, error: { code: 'approval.not_found' } },
  ]);
  const tooMany = Array.from({ length: 101 }, () => items[0]);
  for (const wrong of [[], tooMany, [{ approval_id: ids.mail, status: 'pending' }]])
    expect((await send('POST', '/approvals/resolve', pat.headers, { items: wrong })).statusCode).toBe(422);
});

it('those that nobody decided expire by themselves, with a fact', async () => {
  now = new Date(now.getTime() + 60_000);
  const readFacts = () =>
    app.platform.db
      .selectFrom('events')
      .select(['actor', 'data'])
      .where('subject_id', '=', String(ids.late))
      .where('type', '=', 'approval.expired')
      .execute();
  await expect
    .poll(readFacts, { timeout: 10_000 })
    .toMatchObject([{ actor: { kind: 'system' }, data: { approval: { status: 'rejected', resolution: 'expired' } } }]);
});

it('an agent cannot reach the lists of people', async () => {
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  const agent = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: first });
  expect((await send('GET', '/approvals', agent.headers)).json().code).toBe('auth.forbidden');
  expect((await send('POST', '/approvals/resolve', agent.headers, { items: [] })).json().code).toBe('auth.forbidden');
});
