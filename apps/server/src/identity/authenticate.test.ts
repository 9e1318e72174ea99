import type { KyselyPlugin } from 'kysely';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken, newToken } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../test/app.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeMember } from '../../test/make.ts';
import { findAgentByToken } from './agent-tokens/agent-tokens.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const callOn = (one: TestApp) => (url: string, headers: Headers) =>
  one.router.inject({ url: `/api/v1${url}`, headers });
const statusesOf = async (one: TestApp, url: string, headers: Headers, times: number) => {
  const statuses = [];
  for (let i = 0; i < times; i++) statuses.push((await callOn(one)(url, headers)).statusCode);
  return statuses;
};

/** A board with a worker on it. */
async function makeWorker(one: TestApp) {
  const { gatewayId } = await makeGateway(one, one.owner.orgId);
  const boardId = await makeBoard(one, one.owner.orgId, { gatewayId });
  const worker = await makeGatewayAgent(one, one.owner.orgId, { kind: 'worker', gatewayId, boardId });
  return { boardId, worker };
}

describe('operations for people and agents', () => {
  it('8: do not look for an agent when a person was found', async () => {
    const own = await createTestApp();
    const { boardId, worker } = await makeWorker(own);
    const member = await makeMember(own, own.owner.orgId, { all_boards_read: true });
    const call = callOn(own);
    expect((await call(`/boards/${boardId}/tasks`, worker.headers)).statusCode).toBe(200);
    await sql`alter table agent_tokens rename to agent_tokens_that_nobody_finds`.execute(own.platform.db);
    for (const { headers } of [own.owner, member])
      expect((await call(`/boards/${boardId}/tasks`, headers)).statusCode).toBe(200);
    expect((await call(`/boards/${boardId}/tasks`, worker.headers)).statusCode).toBe(500);
    await own.close();
  });

  it('take an agent token as a bearer too, and with X-Agent-Token nobody but an agent', async () => {
    const { boardId, worker } = await makeWorker(app);
    const call = callOn(app);
    const bearer = { authorization: `Bearer ${worker.headers['x-agent-token']}` };
    expect((await call(`/boards/${boardId}/tasks`, bearer)).statusCode).toBe(200);
    const both = { ...app.owner.headers, 'x-agent-token': 'mca_wrong' };
    expect((await call(`/boards/${boardId}/tasks`, both)).json().code).toBe('auth.unauthorized');
  });
});

describe('an agent token', () => {
  it('9: that is wrong is 401, and the log holds at most its first six characters', async () => {
    const lines: string[] = [];
    const own = await createTestApp({
      env: { LOG_LEVEL: 'trace', LOG_FORMAT: 'json' },
      logTo: { write: (line) => void lines.push(line) },
    });
    const token = newToken('mca_');
    for (const headers of [{ 'x-agent-token': token }, { authorization: `Bearer ${token}` }] as Headers[]) {
      const answer = await callOn(own)(`/agents?token=${token}`, headers);
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth.unauthorized']);
    }
    await own.close();
    const text = lines.join('\n');
    expect(text).toContain('/api/v1/agents');
    expect(text).not.toContain(token.slice(0, 7));
  });

  it('10: is found by one indexed query without hashing a password, among one agent and among 10,000', async () => {
    const own = await createTestApp();
    const { worker } = await makeWorker(own);
    const { db } = own.platform;
    const look = async () => {
      let count = 0;
      const plugin: KyselyPlugin = {
        transformQuery: ({ node }) => {
          count++;
          return node;
        },
        transformResult: async ({ result }) => result,
      };
      const found = await findAgentByToken(
        { ...own.platform, db: db.withPlugin(plugin) },
        worker.headers['x-agent-token'],
      );
      return { id: found?.id, count };
    };
    await look(); // notes its use
    expect(await look()).toEqual({ id: worker.agentId, count: 1 });
    await sql`with made as (
      insert into agents (id, org_id, slug, name, origin, agent_type)
      select gen_random_uuid(), ${own.owner.orgId}, 'bulk-' || n, 'bulk ' || n, 'sdk', 'bulk' from generate_series(1, 10000) n
      returning id, org_id)
      insert into agent_tokens (id, org_id, agent_id, hash, slot)
      select gen_random_uuid(), org_id, id, sha256(id::text::bytea), 'A' from made`.execute(db);
    await sql`analyze agent_tokens`.execute(db);
    expect(await look()).toEqual({ id: worker.agentId, count: 1 });
    const hash = hashToken(worker.headers['x-agent-token']);
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select 1 from agent_tokens where hash = ${hash}`.execute(db);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index (Only )?Scan using agent_tokens_hash_key/);
    await own.close();
  });

  it('14: of a removed agent is 401 at once', async () => {
    const { boardId, worker } = await makeWorker(app);
    expect((await callOn(app)(`/boards/${boardId}/tasks`, worker.headers)).statusCode).toBe(200);
    await app.platform.db.deleteFrom('agents').where('id', '=', worker.agentId).execute();
    expect((await callOn(app)(`/boards/${boardId}/tasks`, worker.headers)).json().code).toBe('auth.unauthorized');
  });
});

describe('limits of calls', () => {
  it('11: successful calls of an address do not count as failed authentication', async () => {
    const own = await createTestApp({ env: { RATE_LIMIT_FAILED_AUTH: '3' } });
    const { worker, boardId } = await makeWorker(own);
    const wrong = { authorization: 'Bearer wrong' };
    for (const headers of [own.owner.headers, worker.headers] as Headers[])
      expect(await statusesOf(own, `/boards/${boardId}/tasks`, headers, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(await statusesOf(own, '/users/me', wrong, 4)).toEqual([401, 401, 401, 429]);
    await own.close();
  });

  it('12: an operation that resolves a task counts once against its agent, and each agent by itself', async () => {
    const own = await createTestApp({ env: { RATE_LIMIT_AGENT: '3' } });
    const { boardId, worker } = await makeWorker(own);
    const task = await own.router.inject({
      method: 'POST',
      url: `/api/v1/boards/${boardId}/tasks`,
      headers: own.owner.headers,
      payload: { title: 'One' },
    });
    const url = `/boards/${boardId}/tasks/${task.json().id}/comments`;
    expect(await statusesOf(own, url, worker.headers, 5)).toEqual([200, 200, 200, 429, 429]);
    const { boardId: other, worker: second } = await makeWorker(own);
    expect(await statusesOf(own, `/boards/${other}/tasks`, second.headers, 1)).toEqual([200]);
    await own.close();
  });
});
