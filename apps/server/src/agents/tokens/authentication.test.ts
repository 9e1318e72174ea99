import type { QueryResult, RootOperationNode, UnknownRow } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from '#server/identity/index.ts';
import { hashToken, newId, newToken } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type MadeAgent, makeBoard, makeGateway, makeGatewayAgent, makeTask } from '../../../test/make.ts';
import { findAgentByToken } from '../../identity/agent-tokens/agent-tokens.service.ts';

let app: TestApp;
let boardId: string;
let taskId: string;
let worker: MadeAgent;
const lines: string[] = [];
const userOnly: { method: string; url: string }[] = [];

/** Routes that no agent may use, as they are mounted. */
const isForPeople = (access: string | undefined): boolean => {
  const grant: { user?: string; agent?: string } | undefined =
    access && access in ACCESS ? ACCESS[access as keyof typeof ACCESS] : undefined;
  return grant?.user !== undefined && grant.agent === undefined;
};

beforeAll(async () => {
  app = await createTestApp({
    env: { RATE_LIMIT_AGENT: '40', RATE_LIMIT_FAILED_AUTH: '20', LOG_LEVEL: 'info' },
    logTo: { write: (line) => lines.push(line) },
    decorate: (router) =>
      router.addHook('onRoute', ({ method, url, config }) => {
        if (isForPeople(config?.access))
          for (const one of [method].flat().filter((name) => name !== 'HEAD')) userOnly.push({ method: one, url });
      }),
  });
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  boardId = await makeBoard(app, app.owner.orgId, { gatewayId });
  taskId = await makeTask(app, app.owner.orgId, boardId);
  worker = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId });
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const get = (url: string, headers: Headers, remoteAddress = '10.0.0.1') =>
  app.router.inject({ url: `/api/v1${url}`, headers, remoteAddress });

describe('an agent token', () => {
  it('8: is not looked at when a user authenticated, and alone counts when it is sent as X-Agent-Token', async () => {
    const url = `/boards/${boardId}/memory`;
    const asUser = await get(url, { ...app.owner.headers });
    expect(asUser.statusCode).toBe(200);
    const used = await app.platform.db
      .selectFrom('agent_tokens')
      .select(['last_used_at', 'created_at'])
      .where('agent_id', '=', worker.agentId)
      .executeTakeFirst();
    expect(used?.last_used_at).toBe(used?.created_at);
    const both = await get(url, { ...app.owner.headers, 'x-agent-token': newToken('mca_') });
    expect([both.statusCode, both.json().code]).toEqual([401, 'auth.unauthorized']);
    const bearer = await get(url, { authorization: `Bearer ${worker.headers['x-agent-token']}` });
    expect(bearer.statusCode).toBe(200);
  });

  it('9: that is wrong is 401, and no log line holds more of it than six characters', async () => {
    const token = newToken('mca_');
    lines.length = 0;
    const answer = await get(`/agent/healthz?x=${token}`, { 'x-agent-token': token }, '10.0.0.9');
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth.unauthorized']);
    app.platform.log.warn({ token, url: `/x?token=${token}` }, `a token ${token}`);
    expect(lines.join('')).toContain(token.slice(0, 6));
    expect(lines.join('')).toContain('/api/v1/agent/healthz');
    expect(lines.join('')).not.toContain(token.slice(0, 7));
  });

  it('10: is found by one indexed query, with one agent and with ten thousand', async () => {
    const queries: RootOperationNode[] = [];
    const counting = {
      transformQuery: ({ node }: { node: RootOperationNode }) => {
        queries.push(node);
        return node;
      },
      transformResult: async ({ result }: { result: QueryResult<UnknownRow> }) => result,
    };
    const db = app.platform.db.withPlugin(counting);
    const token = worker.headers['x-agent-token'];
    const look = async () => {
      queries.length = 0;
      expect((await findAgentByToken({ ...app.platform, db }, token))?.id).toBe(worker.agentId);
      return queries.filter(({ kind }) => kind !== 'UpdateQueryNode').length;
    };
    await look();
    expect(await look()).toBe(1);
    const agents = Array.from({ length: 10_000 }, (_, i) => {
      const id = newId();
      return {
        id,
        org_id: app.owner.orgId,
        slug: `crowd-${i}`,
        name: `Crowd ${i}`,
        origin: 'sdk',
        agent_type: 'crowd',
      };
    });
    for (let i = 0; i < agents.length; i += 2000) {
      const some = agents.slice(i, i + 2000);
      await app.platform.db.insertInto('agents').values(some).execute();
      await app.platform.db
        .insertInto('agent_tokens')
        .values(some.map(({ id, org_id }) => ({ id: newId(), org_id, agent_id: id, hash: hashToken(id), slot: 'A' })))
        .execute();
    }
    expect(await look()).toBe(1);
    const { rows } = await app.platform.db
      .selectFrom('agent_tokens')
      .selectAll()
      .where('hash', '=', hashToken(token))
      .explain()
      .then((plan) => ({ rows: plan }));
    expect(JSON.stringify(rows)).toContain('Index Scan using agent_tokens_hash_key');
  });

  it('11: calls with a good one do not count as failed authentication of their address', async () => {
    const address = '10.0.0.11';
    for (let i = 0; i < 25; i++) expect((await get('/agent/healthz', worker.headers, address)).statusCode).toBe(200);
    const wrong = { 'x-agent-token': newToken('mca_') };
    const codes = [];
    for (let i = 0; i < 21; i++) codes.push((await get('/agent/healthz', wrong, address)).statusCode);
    expect(codes).toEqual([...new Array(20).fill(401), 429]);
    expect((await get('/agent/healthz', worker.headers, '10.0.0.12')).statusCode).toBe(200);
  });

  it('12: an operation that resolves a task counts once against the agent’s limit', async () => {
    const fresh = await makeGatewayAgent(app, app.owner.orgId, {
      kind: 'worker',
      gatewayId: (await makeGateway(app, app.owner.orgId)).gatewayId,
      boardId,
    });
    const codes = [];
    for (let i = 0; i < 41; i++)
      codes.push((await get(`/boards/${boardId}/tasks/${taskId}/comments`, fresh.headers)).statusCode);
    expect(codes).toEqual([...new Array(40).fill(200), 429]);
  });

  it('15: is refused by every operation for people with 401 or 403', async () => {
    const { gatewayId } = await makeGateway(app, app.owner.orgId);
    expect(userOnly.length).toBeGreaterThan(50);
    for (let i = 0; i < userOnly.length; i += 30) {
      // One agent may not make so many calls.
      const { headers } = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId });
      for (const { method, url } of userOnly.slice(i, i + 30)) {
        const path = url.replace('/:board_id', `/${boardId}`).replace(/:\w+/g, () => newId());
        const answer = await app.router.inject({ method: method as 'GET', url: path, headers });
        expect([401, 403], `${method} ${url}: ${answer.body}`).toContain(answer.statusCode);
      }
    }
  });
});
