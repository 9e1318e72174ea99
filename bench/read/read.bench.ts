import { parseArgs } from 'node:util';
import { readServerCpu } from '../ingest/cpu.ts';
import { createServerProcess, type ServerProcess } from '../ingest/server-process.ts';
import { quantile, report } from '../report.ts';
import { listPanels, listReads, type Panel } from './panels.ts';
import { makeSumsDue, seed, waitForSums } from './seed.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const SIZE = values.quick ? { days: 5, agents: 40, steps: 200_000 } : { days: 30, agents: 200, steps: 5_000_000 };
const ROUNDS = values.quick ? 5 : 30;

async function read({ url, token }: ServerProcess, path: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return performance.now() - startedAt;
}

/** What answers to one panel took, and the CPU of Node and PostgreSQL for all of them, in milliseconds. */
interface Taken {
  ms: number[];
  cpuMs: number;
}

const readCpuMs = (server: ServerProcess): number => {
  const { node, postgres } = readServerCpu(server);
  return (node + postgres) * 1_000;
};

/** Asks one panel after the other, round by round, so that a noisy moment falls on all. */
async function measure(server: ServerProcess, panels: readonly Panel[]): Promise<Taken[]> {
  const taken: Taken[] = panels.map(() => ({ ms: [], cpuMs: 0 }));
  for (let round = 0; round <= ROUNDS; round++)
    for (const [index, { path }] of panels.entries()) {
      const before = readCpuMs(server);
      const ms = await read(server, path);
      const own = taken[index];
      // The first answer fills caches, as that of the page's first visitor does.
      if (round === 0 || !own) continue;
      own.ms.push(ms);
      own.cpuMs += readCpuMs(server) - before;
    }
  return taken;
}

const server = await createServerProcess();
try {
  await server.start();
  await fetch(`${server.url}/api/v1/auth/bootstrap`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const agents = await seed(server.databaseUrl(), SIZE);
  await makeSumsDue(server.databaseUrl());
  await server.end();
  const startedAt = performance.now();
  await server.start();
  await waitForSums(server.databaseUrl());
  const sumS = (performance.now() - startedAt) / 1_000;
  const panels = listPanels(SIZE.days, agents[0] ?? '');
  const reads = listReads(agents[0] ?? '');
  const taken = await measure(server, [...panels, ...reads]);
  const shared = { unit: 'ms', isCost: true, n: ROUNDS, ...SIZE } as const;
  for (const [index, { name, floorMs, targetMs }] of [...panels, ...reads].entries()) {
    const { ms: all, cpuMs } = taken[index] ?? { ms: [], cpuMs: 0 };
    const isPanel = index < panels.length;
    const value = quantile(all, isPanel ? 0.99 : 0.95);
    const figure = {
      value,
      floor: floorMs,
      target: targetMs,
      p50: quantile(all, 0.5),
      worst: Math.max(...all),
      cpu_ms: cpuMs / ROUNDS,
    };
    report({ ...shared, name: `read.${name}`, metric: isPanel ? 'p99_ms' : 'p95_ms', ...figure });
  }
  // Of all that is there, as after an upgrade; from then on a few hours and one day at a time.
  console.error(`hours and days were summed in ${sumS.toFixed(1)} s`);
} finally {
  await server.stop();
}
