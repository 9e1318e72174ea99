import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeMember, makeOrganization } from '../../../test/make.ts';

let app: TestApp;
let boardId: string;
let agentId: string;
let gatewayId: string;

beforeAll(async () => {
  app = await createTestApp({ env: { BASE_URL: 'https://control.example' } });
  ({ gatewayId } = await makeGateway(app, app.owner.orgId));
  boardId = await makeBoard(app, app.owner.orgId, { gatewayId });
  ({ agentId } = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId }));
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const api = (method: Method, path: string, payload?: object, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({
    method,
    url: `/api/v1/boards/${boardId}/webhooks${path}`,
    headers,
    ...(payload ? { payload } : {}),
  });
const make = async (body: object = {}) => (await api('POST', '', { description: 'Builds', ...body })).json();

const factsOf = (id: string) =>
  app.platform.db
    .selectFrom('events')
    .select(['type', 'board_id', 'data'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();

it('is made, read, changed and removed, each with a fact', async () => {
  const made = await make({
    description: ' Builds ',
    agent_id: agentId,
    secret: ' s3cret-s3cret ',
    signature_header: ' X-Mine ',
  });
  expect(made).toMatchObject({
    board_id: boardId,
    agent_id: agentId,
    description: 'Builds',
    enabled: true,
    has_secret: true,
    signature_header: 'X-Mine',
    endpoint_path: `/api/v1/boards/${boardId}/webhooks/${made.id}`,
    endpoint_url: `https://control.example/api/v1/boards/${boardId}/webhooks/${made.id}`,
    last_received_at: null,
    failed_deliveries: 0,
    previous_secret_valid_until: null,
    version: 1,
  });
  const read = await api('GET', `/${made.id}`);
  expect(read.json()).toEqual(made);
  expect(read.headers.etag).toBe('"1"');
  const changed = (await api('PATCH', `/${made.id}`, { secret: null, agent_id: null, enabled: false })).json();
  expect(changed).toMatchObject({
    has_secret: false,
    agent_id: null,
    enabled: false,
    description: 'Builds',
    version: 2,
  });
  expect((await api('DELETE', `/${made.id}`)).json()).toEqual({ ok: true });
  expect((await api('GET', `/${made.id}`)).json().code).toBe('webhook.not_found');
  expect(await factsOf(made.id)).toMatchObject([
    { type: 'webhook.created', board_id: boardId },
    { type: 'webhook.updated', data: { webhook: { enabled: false } } },
    { type: 'webhook.deleted' },
  ]);
});

it('is not changed by what it holds already', async () => {
  const made = await make({ agent_id: agentId });
  const same = { description: 'Builds', enabled: true, agent_id: agentId, secret: ' ', signature_header: null };
  for (const patch of [{}, same]) expect((await api('PATCH', `/${made.id}`, patch)).json()).toEqual(made);
  expect(await factsOf(made.id)).toHaveLength(1);
});

it('takes only what it can hold', async () => {
  const { id } = await make();
  const foreignBoard = await makeBoard(app, app.owner.orgId, { gatewayId });
  const stranger = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: foreignBoard });
  for (const agent of [stranger.agentId, newId()]) {
    expect((await api('POST', '', { description: 'x', agent_id: agent })).json().code).toBe('webhook.agent_invalid');
    expect((await api('PATCH', `/${id}`, { agent_id: agent })).json().code).toBe('webhook.agent_invalid');
  }
  for (const wrong of [
    { description: ' ' },
    { description: null },
    { enabled: null },
    { signature_header: 'X Bad' },
    { agent_id: 'x' },
  ])
    expect((await api('PATCH', `/${id}`, wrong)).json().code).toBe('request.invalid');
  expect((await api('POST', '', {})).json().code).toBe('request.invalid');
});

it('is not overwritten by whoever saw an older version', async () => {
  const { id } = await make();
  const stale = await api('PATCH', `/${id}`, { description: 'New', version: 7 });
  expect([stale.statusCode, stale.json().code]).toEqual([409, 'resource.version_conflict']);
  const headers = { ...app.owner.headers, 'if-match': '"9"' };
  expect((await api('DELETE', `/${id}`, undefined, headers)).statusCode).toBe(409);
  expect((await api('PATCH', `/${id}`, { description: 'New', version: 1 })).statusCode).toBe(200);
});

it('is listed newest first, with how many there are', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const ids: string[] = [];
  const url = `/api/v1/boards/${board}/webhooks`;
  for (let i = 0; i < 3; i++)
    ids.push(
      (
        await app.router.inject({ method: 'POST', url, headers: app.owner.headers, payload: { description: `${i}` } })
      ).json().id,
    );
  const page = (await app.router.inject({ url: `${url}?limit=2&offset=1`, headers: app.owner.headers })).json();
  expect(page).toMatchObject({ total: 3, limit: 2, offset: 1 });
  expect(page.items.map(({ id }: { id: string }) => id)).toEqual([ids[1], ids[0]]);
});

it('is for those who may read or write the board', async () => {
  const { id } = await make();
  const reader = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'read' } });
  const outsider = await makeMember(app, app.owner.orgId);
  const foreigner = await makeMember(app, await makeOrganization(app), { role: 'owner', all_boards_write: true });
  expect((await api('GET', `/${id}`, undefined, reader.headers)).statusCode).toBe(200);
  expect((await api('PATCH', `/${id}`, { enabled: false }, reader.headers)).json().code).toBe('board.access_denied');
  expect((await api('POST', `/${id}/rotate-secret`, undefined, reader.headers)).statusCode).toBe(403);
  expect((await api('GET', '', undefined, outsider.headers)).json().code).toBe('board.access_denied');
  for (const path of ['', `/${id}`, `/${id}/payloads`, `/${id}/deliveries`])
    expect((await api('GET', path, undefined, foreigner.headers)).json().code).toBe('board.not_found');
});
