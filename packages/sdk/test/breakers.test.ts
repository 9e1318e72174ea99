import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Blocked, flush, init, Paused, run, shutdown, tool } from '../src/index.ts';
import { type RealServer, startRealServer } from './real-server.ts';

const SOON = { timeout: 30_000, interval: 100 };

let server: RealServer;
let cache: string;
beforeAll(async () => {
  cache = mkdtempSync(join(tmpdir(), 'mc-breakers-'));
  process.env.XDG_CACHE_HOME = cache;
  server = await startRealServer();
});
afterAll(async () => {
  await shutdown();
  await server.stop();
  rmSync(cache, { recursive: true, force: true, maxRetries: 5 });
});

const POLICY = `version: 1
name: first-policy
mode: enforce
scope: { agent: refunds }
rules:
  - id: error-breaker
    breaker: { watch: error_rate, over: 15%, window: 5m, min_calls: 20, scope: agent, action: pause, open_for: 1s, half_open_probes: 3 }
tests:
  - { name: 16 % of the calls fail, given: { calls: { total: 25, errors: 4 } }, expect: { breaker: open } }
`;

interface Breaker {
  id: string;
  state: string;
}
const findBreaker = async (policy = 'first-policy') =>
  (await server.get<{ items: Breaker[] }>(`/breakers?policy=${policy}`)).items[0];

async function activate(source: string): Promise<void> {
  const { id } = await server.post<{ id: string }>('/policies', { source });
  await server.post(`/policies/${id}/activate`, { version: 1, mode: 'enforce', acknowledge_unobserved: true });
}

it('above 15 % of errors the agent is paused in its own process, and runs again after three that went well', async () => {
  await init({
    agent: 'refunds',
    url: server.url,
    key: server.key,
    spoolDir: 'off',
    manifest: { tools: [{ name: 'pay' }] },
  });
  let isBroken = false;
  const pay = tool(() => (isBroken ? Promise.reject(new Error('no')) : Promise.resolve('paid')), { name: 'pay' });
  const payOften = (calls: number) =>
    run(async () => {
      for (let call = 0; call < calls; call++) await pay().catch(() => undefined);
    });
  await payOften(17);
  await activate(POLICY);
  await payOften(20);
  isBroken = true;
  await payOften(10);
  await flush();
  await expect.poll(async () => (await findBreaker())?.state, SOON).toMatch(/open/);
  // Held open, so that the second it stays open by itself does not decide.
  const breaker = await findBreaker();
  await server.post(`/breakers/${breaker?.id}/open`, { reason: 'for the test' });
  await expect.poll(() => payOften(0).catch((error: unknown) => error), SOON).toBeInstanceOf(Paused);

  isBroken = false;
  await server.post(`/breakers/${breaker?.id}/release`, { reason: 'let some try' });
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun: Promise<unknown>[] = [];
  const probe = () =>
    new Promise<string>((resolve) => {
      const trying = run(async () => {
        resolve('begun');
        await gate;
        await pay();
      });
      begun.push(trying.catch(() => undefined));
      trying.catch((error: unknown) => resolve(error instanceof Paused ? 'paused' : String(error)));
    });
  await expect.poll(probe, SOON).toBe('begun');
  await expect.poll(async () => [await probe(), await probe(), await probe()], SOON).toContain('paused');
  release();
  await Promise.all(begun);
  await flush();
  await expect.poll(async () => (await findBreaker())?.state, SOON).toBe('closed');
  await expect.poll(() => payOften(1).then(() => 'paid', String), SOON).toBe('paid');
  await shutdown();
});

const TOOL_POLICY = POLICY.replace('first-policy', 'second-policy').replace(
  'scope: agent, action: pause',
  'scope: tool, action: block_tool',
);

it('a tool that fails is blocked for every run, then tried by three runs only, then free', async () => {
  await init({
    agent: 'refunds',
    url: server.url,
    key: server.key,
    spoolDir: 'off',
    manifest: { tools: [{ name: 'mail' }] },
  });
  let isBroken = true;
  const mail = tool(() => (isBroken ? Promise.reject(new Error('no')) : Promise.resolve('sent')), { name: 'mail' });
  const tryOnce = () => run(() => mail()).catch((error: unknown) => (error instanceof Blocked ? error.rule : 'failed'));
  await activate(TOOL_POLICY);
  await run(() => Promise.all(Array.from({ length: 20 }, () => mail().catch(() => undefined))));
  await flush();
  await expect.poll(async () => (await findBreaker('second-policy'))?.state, SOON).toMatch(/open/);
  const breaker = await findBreaker('second-policy');
  await server.post(`/breakers/${breaker?.id}/open`, { reason: 'for the test' });
  await expect.poll(tryOnce, SOON).toBe('second-policy@1:error-breaker');
  isBroken = false;
  // The probes wait for each other: none ends, and closes it, before all have asked.
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const found: string[] = [];
  const tryAndWait = () =>
    run(async () => {
      found.push(await mail().catch((error: unknown) => (error instanceof Blocked ? error.rule : 'failed')));
      await gate;
    });
  await server.post(`/breakers/${breaker?.id}/release`, { reason: 'let some try' });
  const begun = [tryAndWait()];
  const tryAgain = () => {
    begun.push(tryAndWait());
    return found.includes('sent');
  };
  await expect.poll(tryAgain, SOON).toBe(true);
  for (let more = 0; more < 6; more++) begun.push(tryAndWait());
  await expect.poll(() => found.length, SOON).toBe(begun.length);
  expect(found.filter((outcome) => outcome === 'sent').length).toBe(3);
  release();
  await Promise.all(begun);
  await flush();
  await expect.poll(async () => (await findBreaker('second-policy'))?.state, SOON).toBe('closed');
  await expect.poll(tryOnce, SOON).toBe('sent');
});
