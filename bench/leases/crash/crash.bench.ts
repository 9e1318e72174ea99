/**
 * Whether a budget that processes share is exact: R5. Many calls at once from several processes against one budget, then
 * SIGKILLs of the processes and of the server in turn.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../ingest/random.ts';
import { createServerProcess, type ServerProcess } from '../../ingest/server-process.ts';
import { report } from '../../report.ts';
import { call, createKeys, enforceLimits } from '../policies.ts';
import { createSpenders, ended, type Spenders } from './spenders.ts';
import { type Books, readBooks } from './verify.ts';

const QUICK = process.argv.includes('--quick');
const SEED = 42;
const PROCESSES = 4;
const CALLS = 250;
/** A tenth of what is asked for, so that nearly every round comes to it. */
const CAP = 60_000;
/** `--kills=60` for another number than 200. */
const ASKED = process.argv.find((argument) => argument.startsWith('--kills='))?.slice('--kills='.length);
const KILLS = Number(ASKED ?? (QUICK ? 6 : 200));
const KILL_AFTER_MS = { min: 20, max: 900 };
const ROUND_MS = 2_500;
/** A lease of a dead process: how long it lasts, what is kept of it after, and the work that looks. */
const SETTLED_MS = 150_000;

interface Round {
  task: string;
  /** Whether a process of it was killed: what that one had not told yet nobody knows. */
  lostOne: boolean;
}

async function spendTogether(spenders: Spenders): Promise<Round> {
  const task = randomUUID();
  const children = await Promise.all(Array.from({ length: PROCESSES }, () => spenders.start(task, CALLS)));
  await Promise.all(children.map(ended));
  return { task, lostOne: false };
}

async function spendAndKill(
  server: ServerProcess,
  spenders: Spenders,
  random: Random,
  ofServer: boolean,
): Promise<Round> {
  const task = randomUUID();
  const children = await Promise.all(Array.from({ length: PROCESSES }, () => spenders.start(task, CALLS)));
  await sleep(KILL_AFTER_MS.min + random.below(KILL_AFTER_MS.max - KILL_AFTER_MS.min));
  if (ofServer) {
    process.kill(server.nodePid(), 'SIGKILL');
    await server.start();
  } else children[random.below(PROCESSES)]?.kill('SIGKILL');
  await Promise.race([Promise.all(children.map(ended)), sleep(ROUND_MS)]);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map(ended));
  return { task, lostOne: children.some(({ signalCode, exitCode }) => signalCode === 'SIGKILL' || exitCode !== 0) };
}

/** The budget and its denials, as they were told: `… used up: 1200 tokens of 200000 tokens`. */
const isFalse = (denial: string): boolean => {
  const [, committed, cap] = /: (\d+) tokens of (\d+) tokens/.exec(denial) ?? [];
  return cap === undefined || Number(committed) <= 0.8 * Number(cap);
};

function judge(rounds: Round[], spenders: Spenders, books: Books) {
  let [above, falseDenials, denials, short, unequal, used] = [0, 0, 0, 0, 0, 0];
  for (const { task, lostOne } of rounds) {
    const { billed, denials: told } = spenders.readSpent(task);
    const { committed = 0, reported = 0 } = books.tasks.get(task) ?? {};
    if (billed > CAP || committed > CAP) above++;
    denials += told.length;
    falseDenials += told.filter(isFalse).length;
    if (reported > committed) short++;
    if (!lostOne && (reported !== committed || committed !== billed)) unequal++;
    used += billed / CAP / rounds.length;
  }
  return { above, falseDenials, denials, short, unequal, used };
}

async function awaitSettled(databaseUrl: string): Promise<Books> {
  const until = performance.now() + SETTLED_MS;
  while (true) {
    const books = await readBooks(databaseUrl);
    if (books.held === 0 || performance.now() > until) return books;
    await sleep(1_000);
  }
}

const server = await createServerProcess({ RATE_LIMIT_USER: '1000000' });
await server.start();
await call(server, '/auth/bootstrap', {});
await enforceLimits(server, 'spender', { task: CAP });
const spenders = await createSpenders(server.url, createKeys(server));
try {
  const together = await spendTogether(spenders);
  const common = { unit: '1', isCost: true, floor: 0, target: 0, seed: SEED };
  const calm = judge([together], spenders, await readBooks(server.databaseUrl()));
  const parallel = { ...common, name: 'leases.parallel', n: PROCESSES * CALLS };
  const notes = `${PROCESSES * CALLS} calls at once from ${PROCESSES} processes against ${CAP} tokens; ${calm.denials} denied, the cap used to ${(calm.used * 100).toFixed(1)} %`;
  report({ ...parallel, metric: 'above_cap', value: calm.above, notes });
  report({ ...parallel, metric: 'denied_with_a_fifth_left', value: calm.falseDenials });
  report({ ...parallel, metric: 'billed_committed_or_reported_differ', value: calm.unequal });

  const random = createRandom(SEED);
  const rounds: Round[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    rounds.push(await spendAndKill(server, spenders, random, kill % 2 === 1));
    process.stderr.write(`kill ${kill + 1} of ${KILLS}\n`);
  }
  const books = await awaitSettled(server.databaseUrl());
  const hard = judge(rounds, spenders, books);
  const crash = { ...common, name: 'leases.crash', n: KILLS };
  const killed = rounds.filter(({ lostOne }) => lostOne).length;
  report({
    ...{ ...crash, metric: 'counters_differ_from_ledger', value: books.differences + books.wrongLeases },
    notes: `${KILLS} SIGKILLs, processes and server in turn; counters against the ledger and against all leases`,
  });
  report({
    ...crash,
    metric: 'above_cap',
    value: hard.above,
    notes: `caps used to ${(hard.used * 100).toFixed(1)} % on average`,
  });
  report({ ...crash, metric: 'reported_but_not_committed', value: hard.short });
  report({
    ...{ ...crash, metric: 'billed_committed_or_reported_differ', value: hard.unequal, n: KILLS - killed },
    notes: 'budgets of which no process was killed: what it had not told yet when it was nobody knows',
  });
  report({ ...crash, metric: 'still_held', value: books.held });
  report({ ...crash, metric: 'denied_with_a_fifth_left', value: hard.falseDenials, n: hard.denials });
} finally {
  spenders.remove();
  await server.stop();
}
