import { parseArgs } from 'node:util';
import { type Figure, median, quantile, report } from '../report.ts';
import { measureCopyFloor } from './copy-floor.ts';
import { readServerCpu } from './cpu.ts';
import { runCrashes } from './crash/rounds.ts';
import { enrol, type Producer } from './fleet.ts';
import { type LoadResult, runLoad } from './load.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '64' },
    // What gathers in one of 64 busy processes while its last batch is acknowledged: the SDK sends it as one.
    batch: { type: 'string', default: '200' },
    gzip: { type: 'boolean', default: false },
    seed: { type: 'string', default: '42' },
    crash: { type: 'string' },
  },
});

const ROUNDS = Number(values.rounds ?? (values.quick ? 1 : 3));
const SECONDS = Number(values.seconds ?? (values.quick ? 4 : 10));
const SEED = Number(values.seed);
const WARM_UP_MS = 2_000;
const LOAD = { eventsPerBatch: Number(values.batch), gzip: values.gzip };

interface Round extends LoadResult {
  rate: number;
  ratio: number;
  nodeUs: number;
  postgresUs: number;
}

async function measureRound(server: ServerProcess, producers: Producer[], index: number): Promise<Round> {
  const before = readServerCpu(server);
  const result = await runLoad(server, { ...LOAD, producers, durationMs: SECONDS * 1_000, seed: SEED + index * 1_000 });
  const after = readServerCpu(server);
  const floorSeconds = await measureCopyFloor(server.databaseUrl());
  const perEvent = (seconds: number) => (seconds * 1e6) / result.events;
  return {
    ...result,
    rate: result.events / result.seconds,
    ratio: floorSeconds / result.seconds,
    nodeUs: perEvent(after.node - before.node),
    postgresUs: perEvent(after.postgres - before.postgres),
  };
}

/** What is said of a figure before it is measured. */
type Claim = Pick<Figure, 'metric' | 'unit' | 'floor' | 'target' | 'isCost'> & Record<string, unknown>;

/** Three rounds, the median decides and the worst is told. */
function print(rounds: readonly Round[], figure: Claim, pick: (round: Round) => number): void {
  const values = rounds.map(pick);
  const worst = figure.isCost ? Math.max(...values) : Math.min(...values);
  report({
    name: 'ingest.peak',
    ...figure,
    value: median(values),
    n: rounds.length,
    worst,
    seed: SEED,
  });
}

function printRounds(rounds: readonly Round[]): void {
  const notes = `${values.connections} connections, ${values.batch} events a batch, ${values.gzip ? 'gzip' : 'identity'}; load on the same cores`;
  print(rounds, { metric: 'events_per_s', unit: '1/s', floor: 10_000, target: 25_000, notes }, ({ rate }) => rate);
  print(
    rounds,
    {
      metric: 'of_copy_floor',
      unit: '1',
      better: 'higher',
      floor: 0.5,
      target: 0.6,
      notes: 'floor: the same rows by binary COPY on one connection into the same tables and indexes',
    },
    ({ ratio }) => ratio,
  );
  print(
    rounds,
    {
      metric: 'ack_p99_ms',
      unit: 'ms',
      isCost: true,
      floor: 1_000,
      target: 300,
      p50: Math.round(
        quantile(
          rounds.flatMap(({ latencies }) => latencies),
          0.5,
        ),
      ),
    },
    ({ latencies }) => quantile(latencies, 0.99),
  );
  print(
    rounds,
    {
      metric: 'cpu_us_per_event',
      unit: 'µs',
      isCost: true,
      floor: 40,
      target: 36,
      node: average(rounds, 'nodeUs'),
      postgres: average(rounds, 'postgresUs'),
    },
    ({ nodeUs, postgresUs }) => nodeUs + postgresUs,
  );
  print(rounds, { metric: 'refused_batches', unit: '1', isCost: true, floor: 0, target: 0 }, ({ refused }) => refused);
}

const average = (rounds: readonly Round[], field: 'nodeUs' | 'postgresUs'): number =>
  Number((rounds.reduce((sum, round) => sum + round[field], 0) / rounds.length).toFixed(1));

async function measurePeak(server: ServerProcess): Promise<void> {
  const producers = await enrol(server, Number(values.connections));
  await runLoad(server, { ...LOAD, producers, durationMs: WARM_UP_MS, seed: 1 });
  await measureCopyFloor(server.databaseUrl());
  const rounds: Round[] = [];
  for (let index = 0; index < ROUNDS; index++) rounds.push(await measureRound(server, producers, index + 1));
  printRounds(rounds);
}

const server = await createServerProcess();
try {
  await server.start();
  if (values.crash === undefined) await measurePeak(server);
  else await runCrashes(server, Number(values.crash), SEED);
} finally {
  await server.stop();
}
