/** What the work half answers how fast at 32 connections, and how that grows with the rows. `--quick` for CI. */
import { createServerProcess } from '../ingest/server-process.ts';
import { report } from '../report.ts';
import { type Measured, measure, openBench } from './load.ts';
import { OPERATIONS, SNAPSHOT_AFTER_CHANGE } from './operations.ts';
import { type Sizes, seed } from './seed.ts';

const IS_QUICK = process.argv.includes('--quick');
const CONNECTIONS = 32;
/** Until what a call runs is compiled; before that a quarter of Node's time goes into compiling. */
const WARM_UP_MS = IS_QUICK ? 1_500 : 5_000;
const MEASURE_MS = IS_QUICK ? 1_500 : 5_000;
const FULL: Sizes = { organizations: 100, boards: 2_000, tasks: 200_000, agents: 500 };
const TENTH: Sizes = { organizations: 10, boards: 200, tasks: 20_000, agents: 50 };

/** Limits are for people and agents; 32 connections of a bench are more than either. */
const NO_LIMITS = { RATE_LIMIT_USER: '1000000', RATE_LIMIT_AGENT: '1000000' };

/** Every operation once, on a server of its own with that many rows. */
async function measureAll(sizes: Sizes): Promise<Map<string, Measured>> {
  const server = await createServerProcess(NO_LIMITS);
  try {
    await server.start();
    const startedAt = performance.now();
    const clients = await seed(server.databaseUrl(), sizes, CONNECTIONS);
    console.error(`${sizes.tasks} tasks seeded in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
    const bench = await openBench(server, clients);
    const results = new Map<string, Measured>();
    for (const operation of [...OPERATIONS, SNAPSHOT_AFTER_CHANGE]) {
      await measure(bench, operation, WARM_UP_MS);
      results.set(operation.name, await measure(bench, operation, MEASURE_MS));
    }
    for (const { connection } of bench.drivers) connection.close();
    return results;
  } finally {
    await server.stop();
  }
}

const [sizes, fewer] = IS_QUICK ? [TENTH, { organizations: 10, boards: 20, tasks: 2_000, agents: 50 }] : [FULL, TENTH];
const small = await measureAll(fewer);
const large = await measureAll(sizes);
const toFields = ({ perSecond, p50, p99, cpuMs }: Measured) => ({ requests_per_s: perSecond, p50, p99, cpu_ms: cpuMs });

for (const operation of OPERATIONS) {
  const [now, base] = [large.get(operation.name), small.get(operation.name)];
  if (!now || !base) throw new Error(`${operation.name} was not measured.`);
  const { p99, ...fields } = toFields(now);
  const changed = operation.name === 'board_snapshot' ? large.get(SNAPSHOT_AFTER_CHANGE.name) : undefined;
  report({
    name: `api.${operation.name}`,
    metric: 'p99_ms',
    value: p99,
    unit: 'ms',
    isCost: true,
    floor: operation.floorMs,
    target: operation.targetMs,
    n: now.calls,
    ...fields,
    rows: sizes,
    with_tenth_of_rows: toFields(base),
    p50_growth: now.p50 / base.p50,
    ...(changed ? { each_after_a_change: toFields(changed) } : {}),
    connections: CONNECTIONS,
    notes: `load on the same cores${changed ? '; each person looks at the same five boards again, which nobody changes; each_after_a_change: all are read anew, cpu_ms with the change' : ''}`,
  });
}
