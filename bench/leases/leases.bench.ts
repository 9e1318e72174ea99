/** How long a lease takes over four scopes: P18, 200 a second from 100 clients, and what it costs. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from '../ingest/connection.ts';
import { readServerCpu } from '../ingest/cpu.ts';
import { createServerProcess, type ServerProcess } from '../ingest/server-process.ts';
import { quantile, report } from '../report.ts';
import { call, createKeys, enforceLimits } from './policies.ts';

const QUICK = process.argv.includes('--quick');
const CLIENTS = 100;
const PER_S = 200;
const WARM_UP_S = 3;
const SECONDS = QUICK ? 5 : 30;
const AGENT = 'spender';
/** Runs that are under way: each has a scope of its own, and the agent's hour, day and task are everybody's. */
const RUNS = 50;

interface Client {
  connection: HttpConnection;
  head: string;
  agentId: string;
}

async function openClient(server: ServerProcess, key: string): Promise<Client> {
  const enrolment = { producer: randomUUID(), agents: [{ slug: AGENT, manifest: { tools: [] } }] };
  const { token, agents } = await call<{ token: string; agents: { agent_id: string }[] }>(
    ...([server, '/agents/enroll', enrolment, key] as const),
  );
  const head = `POST /api/v1/leases/acquire HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;
  return { connection: await HttpConnection.open(server.url), head, agentId: agents[0]?.agent_id ?? '' };
}

/** Asks at a steady rate, whoever is free; answers how long each took from when it was due. */
async function load(clients: Client[], seconds: number): Promise<number[]> {
  const runs = Array.from({ length: RUNS }, () => randomUUID());
  const task = randomUUID();
  const free = [...clients];
  const latencies: number[] = [];
  const asked: Promise<void>[] = [];
  const beganAt = performance.now();
  for (let i = 0; i < seconds * PER_S; i++) {
    const dueAt = beganAt + (i * 1_000) / PER_S;
    await sleep(Math.max(0, dueAt - performance.now()));
    while (free.length === 0) await sleep(1);
    const client = free.shift() as Client; // there is one
    const body = {
      ...{ id: randomUUID(), kind: 'tokens', agent_id: client.agentId, run: runs[i % RUNS] },
      ...{ scopes: [`task:${task}`], amount: 10 },
    };
    const ask = async () => {
      const { status, readBody } = await client.connection.send(client.head, Buffer.from(JSON.stringify(body)));
      latencies.push(performance.now() - dueAt);
      free.push(client);
      const answer = readBody();
      if (status !== 200 || JSON.parse(answer).status !== 'granted') throw new Error(`not granted: ${answer}`);
    };
    asked.push(ask());
  }
  await Promise.all(asked);
  return latencies;
}

const server = await createServerProcess({ RATE_LIMIT_USER: '1000000' });
try {
  await server.start();
  await call(server, '/auth/bootstrap', {});
  const findKey = createKeys(server);
  const cap = 1_000_000_000_000;
  await enforceLimits(server, AGENT, { run: cap, task: cap, agent_hour: cap, agent_day: cap });
  const clients: Client[] = [];
  for (let i = 0; i < CLIENTS; i++) clients.push(await openClient(server, await findKey()));
  await load(clients, WARM_UP_S);
  const before = readServerCpu(server);
  const latencies = await load(clients, SECONDS);
  const after = readServerCpu(server);
  for (const { connection } of clients) connection.close();
  const cpu = { node: after.node - before.node, postgres: after.postgres - before.postgres };
  const perCall = (seconds: number) => (seconds * 1_000) / latencies.length;
  const common = { name: 'leases.acquire', unit: 'ms', isCost: true, n: latencies.length };
  const notes = `${PER_S}/s from ${CLIENTS} clients over 4 scopes, 3 of them everybody's; server, database and clients share the cores`;
  report({
    ...{ ...common, metric: 'p99_ms', floor: 100, target: 25, value: quantile(latencies, 0.99), notes },
    ...{ p50: quantile(latencies, 0.5), worst: quantile(latencies, 1) },
  });
  report({
    ...{ ...common, metric: 'cpu_ms_per_call', floor: 8, target: 4, value: perCall(cpu.node + cpu.postgres) },
    ...{ node_ms: perCall(cpu.node), postgres_ms: perCall(cpu.postgres) },
  });
} finally {
  await server.stop();
}
