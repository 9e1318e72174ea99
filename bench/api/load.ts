import { HttpConnection } from '../ingest/connection.ts';
import { readServerCpu } from '../ingest/cpu.ts';
import type { ServerProcess } from '../ingest/server-process.ts';
import { quantile } from '../report.ts';
import type { Call, NamedCalls } from './operations.ts';
import type { Client } from './seed.ts';

export interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
  calls: number;
  /** Milliseconds of a core that one call takes, in Node and in PostgreSQL. */
  cpuMs: { node: number; postgres: number };
}

/** One connection that goes on through its client's rows from one measurement to the next. */
export interface Driver {
  client: Client;
  connection: HttpConnection;
  done: Map<string, number>;
}

/** A server under load. */
export interface Bench {
  server: ServerProcess;
  drivers: Driver[];
}

export async function openBench(server: ServerProcess, clients: readonly Client[]): Promise<Bench> {
  const open = async (client: Client) => ({
    client,
    connection: await HttpConnection.open(server.url),
    done: new Map<string, number>(),
  });
  return { server, drivers: await Promise.all(clients.map(open)) };
}

/** Every connection sends its next call as soon as the last is answered. Throws at the first answer that is no success. */
export async function measure({ server, drivers }: Bench, operation: NamedCalls, ms: number): Promise<Measured> {
  const latencies: number[] = [];
  const before = readServerCpu(server);
  const startedAt = performance.now();
  await Promise.all(drivers.map((driver) => drive(driver, operation, startedAt + ms, latencies)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = readServerCpu(server);
  const perCall = (cpuSeconds: number) => (cpuSeconds * 1_000) / latencies.length;
  return {
    perSecond: latencies.length / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    calls: latencies.length,
    cpuMs: { node: perCall(after.node - before.node), postgres: perCall(after.postgres - before.postgres) },
  };
}

async function drive(driver: Driver, operation: NamedCalls, until: number, latencies: number[]): Promise<void> {
  const { client, connection, done } = driver;
  for (let n = done.get(operation.name) ?? 0; ; n++) {
    const call = operation.call(client, n);
    const sentAt = performance.now();
    if (!call || sentAt >= until) return;
    done.set(operation.name, n + 1);
    const { head, body } = toRequest(call, client);
    const answer = await connection.send(head, body);
    if (!call.isUntimed) latencies.push(performance.now() - sentAt);
    if (answer.status !== 200)
      throw new Error(`${operation.name}: ${call.method} ${call.path} answered ${answer.status} ${answer.readBody()}`);
  }
}

function toRequest({ method, path, body, asAgent }: Call, { token, agentToken }: Client) {
  const credential = asAgent ? `x-agent-token: ${agentToken}` : `authorization: Bearer ${token}`;
  const type = body ? 'content-type: application/json\r\n' : '';
  return {
    head: `${method} /api/v1${path} HTTP/1.1\r\nhost: localhost\r\n${credential}\r\n${type}`,
    body: Buffer.from(body ? JSON.stringify(body) : ''),
  };
}
