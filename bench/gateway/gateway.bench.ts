/** Fifty gateways with twenty agents each: how soon all are connected and synced, and what they cost at rest. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readServerCpu } from '../ingest/cpu.ts';
import { createServerProcess, type ServerProcess } from '../ingest/server-process.ts';
import { report } from '../report.ts';
import { type Address, forEachOf, startGateways } from './fleet.ts';

const isQuick = process.argv.includes('--quick');
const GATEWAYS = isQuick ? 10 : 50;
/** One of them is the gateway's main agent. */
const AGENTS = isQuick ? 5 : 20;
const IDLE_S = isQuick ? 10 : 30;
const AT_ONCE = 8;
const GIVE_UP_MS = 300_000;

interface Agent {
  id: string;
  lifecycle_state: string;
  lifecycle_generation: number;
}

const undo: (() => unknown)[] = [];

async function open() {
  const { addresses, stop } = await startGateways(GATEWAYS);
  undo.push(stop);
  const server = await createServerProcess({ RATE_LIMIT_USER: '1000000' });
  undo.push(() => server.stop());
  await server.start();
  return { addresses, server };
}

function createApi({ url, token }: ServerProcess) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
}
type Api = ReturnType<typeof createApi>;

/** A gateway, a board on it, and its agents. */
async function populate(api: Api, { url, token }: Address, number: number): Promise<string> {
  const name = `Gateway ${number}`;
  const settings = { name, url, token, workspace_root: '/srv/workspaces' };
  const gateway = await api<{ id: string }>('POST', '/gateways', settings);
  const board = await api<{ id: string }>('POST', '/boards', {
    name: `Board ${number}`,
    slug: `board-${number}`,
    description: 'Of a bench.',
    gateway_id: gateway.id,
    max_agents: AGENTS,
  });
  for (let i = 1; i < AGENTS; i++) await api('POST', '/agents', { board_id: board.id, name: `Agent ${i}` });
  return gateway.id;
}

const listAgents = async (api: Api, gatewayId: string): Promise<Agent[]> =>
  (await api<{ items: Agent[] }>('GET', `/agents?gateway_id=${gatewayId}&limit=200`)).items;

/** Waits until it is so; answers the milliseconds since `since`. */
async function until(isSo: () => Promise<boolean>, since: number): Promise<number> {
  while (performance.now() - since < GIVE_UP_MS) {
    if (await isSo()) return performance.now() - since;
    await sleep(100);
  }
  throw new Error('It took longer than five minutes.');
}

/** All of them were connected since then. */
const isConnected = (api: Api, ids: readonly string[], since: string) => async () => {
  interface Row {
    id: string;
    status: string;
    last_connected_at: string | null;
  }
  const { items } = await api<{ items: Row[] }>('GET', '/gateways?limit=200');
  const isNew = ({ status, last_connected_at: at }: Row) => status === 'connected' && at !== null && at > since;
  return items.filter((row) => ids.includes(row.id) && isNew(row)).length === ids.length;
};

/** Every agent of a gateway is steady. */
async function isSteady(api: Api, gatewayId: string): Promise<boolean> {
  const agents = await listAgents(api, gatewayId);
  return agents.length === AGENTS && agents.every(({ lifecycle_state }) => lifecycle_state === 'steady');
}

async function areSteady(api: Api, ids: string[]): Promise<boolean> {
  for (const id of [...ids]) {
    if (!(await isSteady(api, id))) return false;
    ids.splice(ids.indexOf(id), 1);
  }
  return true;
}

function readMemoryMb(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kb) / 1024;
}

async function measureIdle(
  server: ServerProcess,
): Promise<{ cpuPercent: number; postgresPercent: number; memoryMb: number }> {
  await sleep(5_000);
  const before = readServerCpu(server);
  await sleep(IDLE_S * 1000);
  const after = readServerCpu(server);
  const percent = (seconds: number) => (seconds / IDLE_S) * 100;
  return {
    cpuPercent: percent(after.node - before.node),
    postgresPercent: percent(after.postgres - before.postgres),
    memoryMb: readMemoryMb(server.nodePid()),
  };
}

async function measure() {
  const { addresses, server } = await open();
  const api = createApi(server);
  const ids: string[] = [];
  const beganAt = performance.now();
  await forEachOf([...addresses.entries()], AT_ONCE, async ([number, address]) => {
    ids.push(await populate(api, address, number));
  });
  const createMs = performance.now() - beganAt;
  const waiting = [...ids];
  const provisionMs = await until(() => areSteady(api, waiting), beganAt);

  await server.end();
  const endedAt = new Date().toISOString();
  await server.start();
  const connectMs = await until(isConnected(api, ids, endedAt), performance.now());

  const syncedAt = performance.now();
  await forEachOf(ids, AT_ONCE, async (id) => {
    await api('POST', `/gateways/${id}/templates/sync?include_main=true`);
  });
  const left = [...ids];
  const syncMs = await until(() => areSteady(api, left), syncedAt);
  return { createMs, provisionMs, connectMs, syncMs, idle: await measureIdle(server) };
}

try {
  const { createMs, provisionMs, connectMs, syncMs, idle } = await measure();
  const fleet = { gateways: GATEWAYS, agents: GATEWAYS * AGENTS };
  const cost = { isCost: true, n: 1, ...fleet };
  report({
    name: 'gateway.connect',
    metric: 'all_connected_ms',
    value: connectMs,
    unit: 'ms',
    floor: 10_000,
    target: 5_000,
    ...cost,
  });
  report({
    name: 'gateway.provision',
    metric: 'all_steady_ms',
    value: provisionMs,
    unit: 'ms',
    floor: 240_000,
    target: 120_000,
    create_ms: createMs,
    ...cost,
  });
  report({
    name: 'gateway.sync',
    metric: 'all_steady_ms',
    value: syncMs,
    unit: 'ms',
    floor: 60_000,
    target: 30_000,
    ...cost,
  });
  report({
    name: 'gateway.memory',
    metric: 'rss_mb',
    value: idle.memoryMb,
    unit: 'MB',
    floor: 600,
    target: 300,
    ...cost,
  });
  report({
    name: 'gateway.idle',
    metric: 'node_cpu_percent',
    value: idle.cpuPercent,
    unit: '%',
    floor: 10,
    target: 3,
    postgres_percent: idle.postgresPercent,
    ...cost,
  });
} finally {
  for (const end of undo.reverse()) await end();
}
