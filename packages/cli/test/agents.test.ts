import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startScriptedGateway } from '../../../apps/server/test/gateway/scripted-gateway.ts';
import { type RealServer, startRealServer } from '../../sdk/test/real-server.ts';
import { main } from '../src/main.ts';

let server: RealServer;
beforeAll(async () => {
  server = await startRealServer();
  const { token } = await server.post<{ token: string }>('/users/me/tokens', { name: 'mc', scopes: ['admin'] });
  vi.stubEnv('MC_URL', server.url);
  vi.stubEnv('MC_KEY', token);
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

async function mc(...args: string[]): Promise<{ code: number; said: string[] }> {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  return { code: await main(['agents', ...args], { write: say, warn: say }), said };
}

/** Runs a command with --json; what it says is one line. */
async function ask<T>(...args: string[]): Promise<{ code: number; answer: T }> {
  const { code, said } = await mc(...args, '--json');
  expect(said).toHaveLength(1);
  return { code, answer: JSON.parse(said[0] ?? '') };
}

/** A living process with the only agent, which declares these tools; gives its heartbeat. */
async function enrol(slug: string, ...tools: string[]): Promise<() => Promise<void>> {
  const producer = randomUUID();
  const send = async (path: string, key: string, type: string, body: string) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type };
    const response = await fetch(`${server.url}/api/v1${path}`, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    return (await response.json()) as { token: string };
  };
  const agents = [{ slug, manifest: { tools: tools.map((name) => ({ name })) } }];
  const { token } = await send('/agents/enroll', server.key, 'application/json', JSON.stringify({ producer, agents }));
  let batch = 0;
  return async () => {
    const header = { v: 1, producer, batch: ++batch, sdk: 'test/1', sent_at: new Date().toISOString() };
    await send('/telemetry/batches', token, 'application/x-ndjson', JSON.stringify(header));
  };
}

interface Agent {
  slug: string;
  control_state: string;
}

it('mc agents shows agents and versions, stops and starts them, and rolls back until a process follows', async () => {
  const beat = await enrol('refunds', 'pay');
  await enrol('refunds', 'pay', 'mail');
  const list = await mc('list');
  expect(list.said[0]).toMatch(/^AGENT +STATE +HEALTH +VERSION +LAST SEEN$/);
  expect(list.said[1]).toMatch(/^refunds +active +\S+ +2 +20/);
  expect((await ask<Agent[]>('list', '--state', 'paused')).answer).toEqual([]);
  expect((await mc('get', 'refunds')).said.join('\n')).toMatch(/^version +2$/m);

  expect(await mc('pause', 'refunds', '--reason', 'Look at it.', '--abort')).toEqual({
    code: 0,
    said: ['refunds is paused (Look at it.)'],
  });
  expect(await mc('resume', 'refunds', '--reason', 'Good.')).toEqual({ code: 0, said: ['refunds is active'] });

  // The commands of the guide, as they stand there.
  const guide = readFileSync(new URL('../../../docs/versions.md', import.meta.url), 'utf8');
  const lines = [...guide.matchAll(/^mc agents (.+)$/gm)].map(([, line = '']) => line);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['versions', 'rollback', 'drain', 'resume']);
  const beating = setInterval(() => void beat(), 500);
  const answers = [];
  for (const line of lines)
    answers.push(await mc(...[...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word)));
  clearInterval(beating);
  expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(answers[1]?.said).toEqual([
    'refunds: version 2 → 1: waiting for a process that runs it (no deployment target: restart them)',
    'refunds: version 2 → 1: a process runs it; restart those that do not (it has no deployment target)',
  ]);
  expect(answers[2]?.said).toEqual(['refunds is draining (New house.)', 'refunds is paused (drained)']);
  const versions = await ask<{ number: number; state: string }[]>('versions', 'refunds');
  expect(versions.answer.map(({ number, state }) => `${number} ${state}`)).toEqual(['2 superseded', '1 active']);
  expect((await mc('versions', 'refunds')).said[1]).toMatch(/^2 +superseded/);

  const forward = await ask<{ status: string }>('rollback', 'refunds', '--reason', 'No.', '--to', '2', '--no-wait');
  expect(forward).toMatchObject({ code: 0, answer: { status: 'switching' } });
}, 90_000);

it('says what is wrong with what it was asked', async () => {
  expect(await mc('get', 'nobody')).toEqual({
    code: 2,
    said: ['mc: there is no agent nobody; mc agents list shows those that there are'],
  });
  await enrol('lonely');
  expect((await mc('rollback', 'lonely', '--reason', 'x')).said[0]).toMatch(/answered 409 version.no_previous: /);
  expect((await mc('rollback', 'lonely', '--reason', 'x', '--to', '9')).said[0]).toMatch(/has no version 9/);
  expect((await mc('pause', 'lonely')).said[0]).toMatch(/^usage: mc agents pause/);
});

it('mc agents sync says what would be written to the agents of a gateway, writes it, and names who failed', async () => {
  const gateway = await startScriptedGateway();
  try {
    const { id } = await server.post<{ id: string }>('/gateways', {
      ...{ name: 'Office', url: gateway.url, token: gateway.token, workspace_root: '~/office' },
    });
    const isSteady = async () =>
      (await server.get<{ items: { lifecycle_state: string }[] }>(`/agents?gateway_id=${id}`)).items[0]
        ?.lifecycle_state;
    await expect.poll(isSteady, { timeout: 30_000 }).toBe('steady');
    const plan = await mc('sync', id, '--dry-run', '--overwrite');
    expect([plan.code, plan.said[0]]).toEqual([0, expect.stringMatching(/^AGENT +STATE +FILES$/)]);
    expect(plan.said.at(-1)).toMatch(/^succeeded: \d+ files differ, \d+ are as they should be, 0 agents left out$/);
    const done = await ask<{ state: string; main_updated: boolean }>('sync', id);
    expect(done).toMatchObject({ code: 0, answer: { state: 'succeeded', main_updated: true } });
    gateway.failNext('agents.files.get', { code: 'INVALID_REQUEST', message: 'the disk is full' });
    const failed = await mc('sync', id);
    expect([failed.code, failed.said.at(-1)]).toEqual([1, expect.stringContaining('Office Gateway Agent: gateway.')]);
    expect((await mc('sync', randomUUID())).said[0]).toMatch(/answered 404 gateway.not_found/);
    expect((await mc('sync')).said[0]).toMatch(/^usage: mc agents sync/);
  } finally {
    await gateway.close();
  }
}, 90_000);
