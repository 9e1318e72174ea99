/** How soon a kill or a new policy reaches all processes, and what a fail-closed agent does without its server: R6. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createServerProcess, type ServerProcess } from '../ingest/server-process.ts';
import { quantile, report } from '../report.ts';
import { type Agents, startAgents } from './processes.ts';

const QUICK = process.argv.includes('--quick');
const PROCESSES = QUICK ? 2 : 4;
const PER_PROCESS = QUICK ? 20 : 50;
const CLIENTS = PROCESSES * PER_PROCESS;
const ROUNDS = QUICK ? 2 : 5;
/** From then on a fail-closed agent may not act. */
const CONTACT_TTL_MS = 45_000;
const AWAY_MS = 60_000;
const BEFORE_MS = 3_000;
/** Everybody has said what it has before the next change. */
const SETTLE_MS = 2_000;

async function call<T>(
  server: ServerProcess,
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

const now = (): number => performance.timeOrigin + performance.now();

interface Reached {
  /** From the request to each process, ms. */
  latencies: number[];
  aborted: number;
}

async function reach(agents: Agents, watch: Parameters<Agents['ask']>[0], since: number): Promise<Reached> {
  const answers = await agents.ask(watch, 'reached');
  const at = answers.flatMap((answer) => answer.at);
  return {
    latencies: at.map((micros) => Math.max(0, micros / 1_000 - since)),
    aborted: answers.reduce((sum, answer) => sum + answer.aborted, 0),
  };
}

/** Kills the agent and lets it go again, with everything that runs ended. */
async function killAll(server: ServerProcess, agents: Agents): Promise<Reached> {
  const since = now();
  const kill = { scope: { agent: 'bench' }, abort: true, reason: 'bench' };
  const { id } = await call<{ id: string }>(server, 'POST', '/kill', kill);
  const reached = await reach(agents, { watch: { kind: 'kill', id } }, since);
  await call(server, 'DELETE', `/kill/${id}`);
  await agents.ask({ watch: { kind: 'free' } }, 'reached');
  await sleep(SETTLE_MS);
  return reached;
}

const toSource = (rule: string): string =>
  `version: 1\nname: bench-kill\nmode: enforce\nscope: { agent: bench }\nrules:\n  - id: ${rule}\n    tools: { deny: ["never/**"] }\n`;

/** Changes the policy of the agent, again and again. */
async function changePolicy(server: ServerProcess, agents: Agents): Promise<Reached[]> {
  const { id } = await call<{ id: string }>(server, 'POST', '/policies', { source: toSource('rule-1') });
  const reached: Reached[] = [];
  for (let version = 1; version <= ROUNDS; version++) {
    const rule = `rule-${version}`;
    if (version > 1) await call(server, 'PUT', `/policies/${id}`, { source: toSource(rule), if_version: version - 1 });
    const since = now();
    await call(server, 'POST', `/policies/${id}/activate`, { version, acknowledge_unobserved: true });
    reached.push(await reach(agents, { watch: { kind: 'policy', rule } }, since));
    await sleep(SETTLE_MS);
  }
  return reached;
}

/** Takes the server away with kill -9 while agents act, then gives it back. */
async function loseServer(server: ServerProcess, agents: Agents) {
  agents.tell({ act: true });
  await sleep(BEFORE_MS);
  process.kill(server.nodePid(), 'SIGKILL');
  await sleep(AWAY_MS);
  const answers = await agents.ask({ act: false }, 'acted');
  const calls = answers.flatMap((answer) => answer.calls);
  await server.start();
  agents.tell({ act: true });
  const backAt = now();
  await sleep(QUICK ? 5_000 : 35_000);
  const after = (await agents.ask({ act: false }, 'acted')).flatMap((answer) => answer.calls);
  return {
    governed: calls.filter(({ silentMs }) => silentMs <= CONTACT_TTL_MS).length,
    ungoverned: calls.filter(({ silentMs }) => silentMs > CONTACT_TTL_MS).length,
    blocked: answers.reduce((sum, answer) => sum + answer.blocked, 0),
    backMs: Math.min(...after.map(({ at }) => at - backAt)),
  };
}

function reportReach(name: string, reached: Reached[]): void {
  const latencies = reached.flatMap((round) => round.latencies);
  report({
    ...{ name, metric: 'p99_ms', value: quantile(latencies, 0.99), unit: 'ms', floor: 2_000, target: 500 },
    ...{ isCost: true, n: latencies.length, p50: quantile(latencies, 0.5), worst: quantile(latencies, 1) },
    notes: `from the request to ${CLIENTS} clients with a channel each in ${PROCESSES} Node processes; server, database and clients share the cores`,
  });
}

const server = await createServerProcess({ RATE_LIMIT_USER: '1000000' });
let agents: Agents | undefined;
try {
  await server.start();
  await call(server, 'POST', '/auth/bootstrap', {});
  const keys: string[] = [];
  for (let i = 0; i < PROCESSES; i++) {
    const made = await call<{ key: string }>(server, 'POST', '/service-keys', { name: 'bench', scopes: ['enroll'] });
    keys.push(made.key);
  }
  agents = await startAgents(server.url, keys, PER_PROCESS);
  await sleep(BEFORE_MS);
  const kills: Reached[] = [];
  for (let round = 0; round < ROUNDS; round++) kills.push(await killAll(server, agents));
  const policies = await changePolicy(server, agents);
  reportReach('kill.reach', kills);
  reportReach('policy.reach', policies);
  const fired = { name: 'kill.abort', metric: 'signals', unit: '', floor: CLIENTS, target: CLIENTS, n: CLIENTS };
  report({ ...fired, value: kills.at(-1)?.aborted ?? 0 });
  if (!QUICK) {
    const { ungoverned, ...rest } = await loseServer(server, agents);
    report({
      ...{ name: 'kill.server_killed', metric: 'ungoverned_calls', unit: '', floor: 0, target: 0, isCost: true },
      ...{ value: ungoverned, n: rest.governed + rest.blocked, ...rest },
      notes:
        'a gated write every 100 ms by fail-closed agents, the server gone with kill -9 for a minute; governed: before contact counts as lost (45 s)',
    });
  }
} finally {
  agents?.stop();
  await server.stop();
}
