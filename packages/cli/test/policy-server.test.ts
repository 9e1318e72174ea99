import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { newId } from '../../../apps/server/src/platform/ids.ts';
import { type RealServer, startRealServer } from '../../sdk/test/real-server.ts';
import { main } from '../src/main.ts';

let server: RealServer;
const folder = mkdtempSync(join(tmpdir(), 'mc-policy-'));
beforeAll(async () => {
  server = await startRealServer();
  const { token } = await server.post<{ token: string }>('/users/me/tokens', { name: 'mc', scopes: ['admin'] });
  vi.stubEnv('MC_URL', server.url);
  vi.stubEnv('MC_KEY', token);
  await record();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await server.stop();
});

async function mc(...args: string[]) {
  const [said, warned]: [string[], string[]] = [[], []];
  const code = await main(args, { write: (line) => void said.push(line), warn: (line) => void warned.push(line) });
  return { code, said, warned };
}

/** One run of `payer` that paid 9 and succeeded. */
async function record(): Promise<void> {
  const producer = randomUUID();
  const send = async <T>(path: string, key: string, type: string, body: string): Promise<T> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type };
    const response = await fetch(`${server.url}/api/v1${path}`, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };
  const agents = [{ slug: 'payer', manifest: { tools: [{ name: 'pay' }] } }];
  const enrolment = JSON.stringify({ producer, agents });
  const { token } = await send<{ token: string }>('/agents/enroll', server.key, 'application/json', enrolment);
  const at = new Date(Date.now() - 60_000);
  const event = { run: newId(at), ts: at.toISOString() };
  const step = { key: 'pay#1', kind: 'tool', name: 'pay', status: 'ok', started_at: at.toISOString(), dur_us: 300 };
  const lines = [
    { v: 1, producer, batch: 1, sdk: 'test/1', sent_at: new Date().toISOString() },
    { t: 'run.start', seq: 0, agent: 'payer', name: 'pay', ...event },
    { t: 'step.end', seq: 1, ...step, in: { v: { amount: 9 } }, ...event },
    { t: 'run.end', seq: 2, status: 'ok', ...event },
  ];
  const body = lines.map((line) => JSON.stringify(line)).join('\n');
  await send('/telemetry/batches', token, 'application/x-ndjson', body);
}

function save(name: string, max: number, wrong = ''): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `version: 1
name: payments
scope: { agent_type: payer }
rules:
  - id: small
    tools: { match: [pay], where: { amount: { lte: ${max} } } }${wrong}
tests:
  - { name: small ones pass, given: { tool: pay, args: { amount: ${max} } }, expect: { decision: allow } }
`,
  );
  return path;
}

it('mc policy back-tests, pushes, compares and pulls a policy', async () => {
  const strict = save('strict.yaml', 5);
  const tried = await mc('policy', 'backtest', strict, '--days', '1');
  expect(tried.code).toBe(1);
  expect(tried.said.slice(0, 3)).toEqual([
    '1 calls of 1 runs: 1 would be blocked, 0 asked about, 0 warned of',
    '0 cannot be decided; 1 would be decided otherwise than they were',
    '1 runs would be stopped or wait, 1 of them had succeeded',
  ]);
  expect(tried.said.at(-1)).toMatch(/ pay block \(was allow\) by payments@0:small in run \S+ \(ok\)$/);
  const loose = save('loose.yaml', 10);
  const json = await mc('policy', 'backtest', loose, '--agent', 'payer', '--json');
  expect([json.code, JSON.parse(json.said[0] ?? '')]).toMatchObject([0, { report: { calls: 1, would_block: 0 } }]);

  const broken = await mc('policy', 'push', save('broken.yaml', 5, '\n    bad: true'));
  expect([broken.code, broken.said]).toEqual([2, []]);
  expect(await mc('policy', 'push', loose)).toMatchObject({ code: 0, said: ['payments: version 1 saved, none holds'] });
  const active = await mc('policy', 'push', strict, '--activate', '--mode', 'monitor', '--note', 'Stricter.');
  expect(active).toMatchObject({ code: 0, said: ['payments: version 2 saved, 2 holds (monitor)'] });

  expect(await mc('policy', 'diff', strict)).toMatchObject({
    code: 0,
    said: [`payments@2 → ${strict}: no change`],
  });
  const changed = await mc('policy', 'diff', strict, '--version', '1');
  expect(changed.code).toBe(1);
  expect(changed.said.slice(1).join('\n')).toMatch(/- .*small.*10.*5/);
  const copy = join(folder, 'copy.yaml');
  await mc('policy', 'pull', 'payments', '-o', copy);
  expect(readFileSync(copy, 'utf8')).toBe(readFileSync(strict, 'utf8'));
  expect((await mc('policy', 'pull', 'nothing')).warned[0]).toMatch(/the server has no policy "nothing"/);
});

it('mc kill stops a scope, shows it, and lets it go in stages', async () => {
  const killed = await mc('kill', 'agent:payer', '--reason', 'It pays too much.', '--abort', '--json');
  expect([killed.code, JSON.parse(killed.said[0] ?? '')]).toMatchObject([0, { abort: true, agents: 1 }]);
  expect((await mc('kill', '--list')).said).toEqual([
    expect.stringMatching(/^agent payer is killed, running calls ended: 1 /),
  ]);
  const half = await mc('kill', 'agent:payer', '--release', '--percent', '50', '--json');
  expect(JSON.parse(half.said[0] ?? '')).toMatchObject({ released_percent: 50 });
  expect(await mc('kill', 'agent:payer', '--release')).toMatchObject({ code: 0, said: ['agent payer is let go'] });
  expect((await mc('kill', 'agent:payer', '--release')).warned[0]).toMatch(/is not killed/);
  expect((await mc('kill', 'agent:payer')).warned[0]).toMatch(/^usage: mc kill/);
});
