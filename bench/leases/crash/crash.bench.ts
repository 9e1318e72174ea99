/**
 * Whether a budget that processes share is exact: R5. Many calls at once from several processes against one budget, then
 * SIGKILLs of the processes and of the server at random moments. `--kills=60` for another number than 200.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../ingest/random.ts';
import { createServerProcess, type ServerProcess } from '../../ingest/server-process.ts';
import { report } from '../../report.ts';
import { call, createKeys, enforceLimits } from '../policies.ts';
import { judge } from './judge.ts';
import { CALLS, PROCESSES, type Round, spendAndKill, spendTogether } from './rounds.ts';
import { createSpenders, type Spenders } from './spenders.ts';
import { type Books, readBooks } from './verify.ts';

const QUICK = process.argv.includes('--quick');
const SEED = 42;
/** Less than is asked for, so that nearly every round comes to it. */
const CAP = 60_000;
const ASKED = process.argv.find((argument) => argument.startsWith('--kills='))?.slice('--kills='.length);
const KILLS = Number(ASKED ?? (QUICK ? 7 : 200));
/** A lease of a dead process: how long it lasts, what is kept of it after, and the work that looks. */
const SETTLED_MS = 150_000;

const COMMON = { unit: '1', isCost: true, floor: 0, target: 0, seed: SEED };

async function awaitSettled(databaseUrl: string): Promise<Books> {
  const until = performance.now() + SETTLED_MS;
  while (true) {
    const books = await readBooks(databaseUrl);
    if (books.held === 0 || performance.now() > until) return books;
    await sleep(1_000);
  }
}

async function reportParallel(server: ServerProcess, spenders: Spenders): Promise<void> {
  const spent = [await spendTogether(spenders)];
  const books = await readBooks(server.databaseUrl());
  const calm = judge({ cap: CAP, spent, outages: [], spenders, books });
  const parallel = { ...COMMON, name: 'leases.parallel', n: PROCESSES * CALLS };
  const notes = `${PROCESSES * CALLS} calls at once from ${PROCESSES} processes against ${CAP} tokens; ${calm.denials} denied, the cap used to ${(calm.used * 100).toFixed(1)} %`;
  report({ ...parallel, metric: 'above_cap', value: calm.above, notes });
  report({ ...parallel, metric: 'denied_with_a_fifth_left', value: calm.falseDenials });
  report({ ...parallel, metric: 'billed_committed_or_reported_differ', value: calm.unequal });
}

async function killMany(server: ServerProcess, spenders: Spenders): Promise<Round> {
  const random = createRandom(SEED);
  const all: Round = { spent: [], outages: [], kills: 0 };
  for (let round = 0; all.kills < KILLS; round++) {
    const { spent, outages, kills } = await spendAndKill({ server, spenders, random }, round);
    all.spent.push(...spent);
    all.outages.push(...outages);
    all.kills += kills;
    process.stderr.write(`${all.kills} of ${KILLS} kills\n`);
  }
  return all;
}

async function reportCrashes(server: ServerProcess, spenders: Spenders): Promise<void> {
  const { spent, outages, kills } = await killMany(server, spenders);
  const books = await awaitSettled(server.databaseUrl());
  const hard = judge({ cap: CAP, spent, outages, spenders, books });
  const crash = { ...COMMON, name: 'leases.crash', n: kills };
  const counted = { ...crash, n: spent.length };
  report({
    ...{ ...crash, metric: 'counters_differ_from_ledger', value: books.differences + books.wrongLeases },
    notes: `${kills} SIGKILLs, ${outages.length} of the server, over ${spent.length} budgets; counters against the ledger and against all leases`,
  });
  const notes = `caps used to ${(hard.used * 100).toFixed(1)} % on average`;
  report({ ...counted, metric: 'above_cap', value: hard.above, notes });
  report({ ...counted, metric: 'reported_but_not_committed', value: hard.short });
  report({
    ...{ ...crash, metric: 'billed_committed_or_reported_differ', value: hard.unequal },
    n: spent.filter(({ lostOne }) => !lostOne).length,
    notes: 'budgets of which no process was killed: what it had not told yet when it was nobody knows',
  });
  report({ ...crash, metric: 'still_held', value: books.held });
  report({ ...crash, metric: 'denied_with_a_fifth_left', value: hard.falseDenials, n: hard.denials });
}

const server = await createServerProcess({ RATE_LIMIT_USER: '1000000' });
await server.start();
await call(server, '/auth/bootstrap', {});
await enforceLimits(server, 'spender', { task: CAP });
const spenders = await createSpenders(server.url, createKeys(server));
try {
  await reportParallel(server, spenders);
  await reportCrashes(server, spenders);
} finally {
  await spenders.remove();
  await server.stop();
}
