import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readServerCpu } from '../ingest/cpu.ts';
import { createServerProcess, type ServerProcess } from '../ingest/server-process.ts';
import { report } from '../report.ts';
import { type Expected, judgeTree, POLICY } from './oracle.ts';
import { CALLS_PER_RUN, makeTrees } from './recording.ts';
import { createSeeder } from './seed.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const CALLS = values.quick ? 50_000 : 1_000_000;
const SEED = 42;
const FLOOR_S = 20;
const HOUR_MS = 3_600_000;

interface Ended {
  state: string;
  report: { calls: number; undecidable: number; flips: number } | null;
  error: unknown;
}

async function call<T>({ url, token }: ServerProcess, path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1${path}`, {
    headers,
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Runs a back-test through the API; seconds from asking to the answer. */
async function backtest(server: ServerProcess): Promise<{ id: string; ended: Ended; seconds: number }> {
  const now = Date.now();
  const range = { from: new Date(now - 12 * HOUR_MS).toISOString(), to: new Date(now + HOUR_MS).toISOString() };
  const startedAt = performance.now();
  const { id } = await call<{ id: string }>(server, '/policies/backtest', { source: POLICY, ...range });
  while (true) {
    const ended = await call<Ended>(server, `/policies/backtests/${id}`);
    if (ended.state !== 'queued' && ended.state !== 'running')
      return { id, ended, seconds: (performance.now() - startedAt) / 1_000 };
    await sleep(50);
  }
}

/** The flips of an export, in the words of the oracle. */
async function listFlips({ url, token }: ServerProcess, id: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/policies/backtests/${id}/export`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const rows = (await answer.text()).split('\n').filter((line) => line !== '');
  return rows
    .map((line) => JSON.parse(line) as { is_flip: boolean; run_id: string; seq: number; verdict: string })
    .filter(({ is_flip }) => is_flip)
    .map(({ run_id, seq, verdict }) => `${run_id} ${seq} ${verdict}`);
}

const digest = (flips: string[]): string => createHash('sha256').update(flips.sort().join('\n')).digest('hex');

const server = await createServerProcess();
try {
  await server.start();
  await call(server, '/auth/bootstrap', {});
  const expected: Expected = { calls: 0, undecidable: 0, flips: [] };
  const seeder = await createSeeder(server.databaseUrl());
  for (const tree of makeTrees(CALLS / CALLS_PER_RUN, Date.now() - 2 * HOUR_MS, SEED)) {
    judgeTree(tree, expected);
    await seeder.add(tree);
  }
  await seeder.finish();
  const before = readServerCpu(server);
  const { id, ended, seconds } = await backtest(server);
  const after = readServerCpu(server);
  if (!ended.report) throw new Error(`The back-test ${ended.state}: ${JSON.stringify(ended.error)}`);
  const flips = await listFlips(server, id);
  const isEqual =
    digest(flips) === digest(expected.flips) &&
    ended.report.flips === expected.flips.length &&
    ended.report.calls === expected.calls &&
    ended.report.undecidable === expected.undecidable;
  const shared = { name: 'backtest.recorded_decisions', n: CALLS, seed: SEED, isCost: true } as const;
  report({ ...shared, metric: 'seconds', value: seconds, unit: 's', floor: FLOOR_S, target: 10, flips: flips.length });
  // The thread that decides is what takes longest: its time a call holds on a busy machine, too.
  const nodeS = after.node - before.node;
  const perCall = { value: (nodeS / CALLS) * 1e6, unit: 'us', floor: FLOOR_S, target: 10 };
  // Of few calls the thread's start would be most of it.
  if (!values.quick)
    report({ ...shared, metric: 'node_cpu_us_per_call', ...perCall, postgres_s: after.postgres - before.postgres });
  report({ ...shared, metric: 'differs_from_oracle', value: Number(!isEqual), unit: '1', floor: 0, target: 0 });
  if (!isEqual) console.error({ found: ended.report, expected: { ...expected, flips: expected.flips.length } });
} finally {
  await server.stop();
}
