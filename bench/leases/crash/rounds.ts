import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../ingest/random.ts';
import type { ServerProcess } from '../../ingest/server-process.ts';
import type { Spender, Spenders } from './spenders.ts';

/** Processes of one budget, and how many calls each wants to make at once when none is killed. */
export const PROCESSES = 4;
export const CALLS = 250;
/** So many that they come to the cap, and few are denied: those only take time. */
const CALLS_AMONG_KILLS = 45;
/** Budgets at a time. */
const BUDGETS = 3;
/** Killed of the processes of one budget. */
const VICTIMS = 3;
const SPARE = BUDGETS * PROCESSES + 6;
const KILL_AFTER_MS = { min: 20, max: 900 };
/** How long those go on that another one was taken from: what it held comes back only when its lease lapses. */
const GO_ON_MS = 1_000;
const LONGEST_MS = 90_000;

/** What became of one budget. */
export interface Spent {
  task: string;
  /** Whether a process of it was killed: what that one had not told yet nobody knows. */
  lostOne: boolean;
}

/** When the server was away, ms of the epoch. */
export interface Outage {
  from: number;
  until: number;
}

export interface Round {
  spent: Spent[];
  outages: Outage[];
  kills: number;
}

interface Stage {
  server: ServerProcess;
  spenders: Spenders;
  random: Random;
}

/** Several processes spend one budget. */
export async function spendTogether(spenders: Spenders): Promise<Spent> {
  await spenders.restock(SPARE);
  return await spendOne({ spenders, calls: CALLS, kill: () => Promise.resolve(0), back: Promise.resolve() });
}

/**
 * Several budgets are spent at a time; of every second one processes are killed at random moments, and in two rounds of
 * three the server, too.
 */
export async function spendAndKill({ server, spenders, random }: Stage, round: number): Promise<Round> {
  await spenders.restock(SPARE);
  const isKilled = round % 3 !== 2;
  const back = sleepTo(random).then(() => (isKilled ? killServer(server) : undefined));
  const plans = Array.from({ length: BUDGETS }, (_, i) => ((round + i) % 2 === 0 ? pickVictims(random) : []));
  const spent = await Promise.all(
    plans.map((victims) => {
      const kill = (children: readonly Spender[]) => killEach(children, victims);
      return spendOne({ spenders, calls: CALLS_AMONG_KILLS, kill, back });
    }),
  );
  const outage = await back;
  return {
    spent,
    outages: outage ? [outage] : [],
    kills: plans.flat().length + (outage ? 1 : 0),
  };
}

interface Victim {
  of: number;
  afterMs: number;
}

const pickMs = (random: Random): number => KILL_AFTER_MS.min + random.below(KILL_AFTER_MS.max - KILL_AFTER_MS.min);

const sleepTo = (random: Random): Promise<unknown> => sleep(pickMs(random));

const pickVictims = (random: Random): Victim[] =>
  Array.from({ length: VICTIMS }, (_, of) => ({ of, afterMs: pickMs(random) }));

async function killEach(children: readonly Spender[], victims: readonly Victim[]): Promise<number> {
  await Promise.all(
    victims.map(async ({ of, afterMs }) => {
      await sleep(afterMs);
      children[of]?.kill('SIGKILL');
    }),
  );
  return victims.length;
}

async function killServer(server: ServerProcess): Promise<Outage> {
  const from = Date.now();
  process.kill(server.nodePid(), 'SIGKILL');
  await server.start();
  return { from, until: Date.now() };
}

interface Spending {
  spenders: Spenders;
  calls: number;
  /** Answers how many it killed. */
  kill: (children: readonly Spender[]) => Promise<number>;
  /** When the server is there again. */
  back: Promise<unknown>;
}

async function spendOne({ spenders, calls, kill, back }: Spending): Promise<Spent> {
  const task = randomUUID();
  const children = await Promise.all(Array.from({ length: PROCESSES }, () => spenders.take()));
  const all = Promise.all(children.map((child) => child.spend(task, calls)));
  const killed = await kill(children);
  await back;
  const isDone = await Promise.race([all.then(() => true), sleep(killed > 0 ? GO_ON_MS : LONGEST_MS, false)]);
  if (isDone) {
    for (const child of children) spenders.giveBack(child);
    return { task, lostOne: false };
  }
  if (killed === 0) throw new Error(`a budget was not spent within ${LONGEST_MS / 1_000} s`);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map(({ ended }) => ended));
  return { task, lostOne: true };
}
