import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signalOf } from '../src/channel/abort.ts';
import { type Client, createClient } from '../src/client.ts';
import { runAsRun } from '../src/runs/lifecycle.ts';
import { resolveSettings } from '../src/settings.ts';
import { type RealServer, startRealServer } from './real-server.ts';

const PROCESSES = 3;
const SOON = { timeout: 20_000 };

let server: RealServer;
let clients: Client[];
let cache: string;
beforeAll(async () => {
  cache = mkdtempSync(join(tmpdir(), 'mc-fleet-'));
  process.env.XDG_CACHE_HOME = cache;
  server = await startRealServer();
  clients = await Promise.all(Array.from({ length: PROCESSES }, enrol));
});
afterAll(async () => {
  for (const client of clients) {
    client.channel.stop();
    client.enrolment.stop();
    await client.flusher.stop(100);
  }
  await server.stop();
  rmSync(cache, { recursive: true, force: true, maxRetries: 5 });
});

/** A client as a process of its own would have it. */
async function enrol(): Promise<Client> {
  const settings = resolveSettings(
    { agent: 'fleet', url: server.url, key: server.key, spoolDir: 'off', manifest: { tools: [{ name: 'act' }] } },
    {},
  );
  if ('off' in settings) throw new Error(settings.off);
  const client = createClient(settings);
  await client.enrolment.ensure();
  return client;
}

const everywhere = <T>(look: (client: Client) => T) => clients.map(look);
const all = <T>(value: T): T[] => clients.map(() => value);
const agentId = () => String(clients[0]?.main.bundle?.agent_id);

it('a kill reaches every process and ends what runs; released, and after a crash of the server, they follow again', async () => {
  const [first] = clients as [Client];
  const started = { signal: undefined as AbortSignal | undefined };
  const running = runAsRun(first, { agent: first.main, details: {}, parent: undefined }, (run) => {
    const signal = signalOf(run);
    started.signal = signal;
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  running.catch(() => undefined);
  await expect.poll(() => started.signal).toBeDefined();
  const { id } = await server.post<{ id: string }>('/kill', {
    ...{ scope: { agent: 'fleet' }, abort: true, reason: 'runs wild' },
  });
  await expect(running).rejects.toThrow('runs wild');
  await expect.poll(() => everywhere(({ main }) => main.bundle?.control.kill?.id), SOON).toEqual(all(id));
  await server.remove(`/kill/${id}`);
  await expect.poll(() => everywhere(({ main }) => main.bundle?.control.state), SOON).toEqual(all('active'));

  await server.crash();
  await server.restart();
  await server.post(`/agents/${agentId()}/pause`, { reason: 'after the crash' });
  await expect.poll(() => everywhere(({ main }) => main.bundle?.control.state), SOON).toEqual(all('paused'));
  const { bundle } = clients[0]?.main.bundle ?? {};
  const rollout = async () => (await server.get<{ rollout: object }>(`/agents/${agentId()}`)).rollout;
  await expect.poll(rollout, SOON).toEqual({ bundle, processes: PROCESSES, current: PROCESSES });
}, 120_000);
