import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log/log.ts';
import { type Binaries, findBinaries } from './embedded/binaries.ts';
import { type Cluster, initialise, openCluster } from './embedded/cluster.ts';
import { type Owner, toUrl, tryOwnership } from './embedded/owner.ts';
import { runProgram } from './embedded/program.ts';
import { findServer, type Settings, type Spawned, spawnServer } from './embedded/server-process.ts';

export interface EmbeddedOptions {
  /** The database lives in `<dataDir>/postgres`. */
  dataDir: string;
  log: Log;
  /** Settings besides ours, by PostgreSQL's names. */
  settings?: Settings;
}

export interface Embedded {
  url: string;
  /** Stops PostgreSQL: fast, and after 5 s at once (it recovers at the next start). */
  stop(): Promise<void>;
}

/** How long a server may take to answer: crash recovery replays up to `max_wal_size`. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_S = 5;
const POLL_MS = 25;
const MAX_BACKOFF_MS = 5000;
/** What PostgreSQL says while the remains of a killed one are still going away. */
const STILL_GOING = /pre-existing shared memory block|lock file ".*" already exists/;

interface Launch {
  dataDir: string;
  log: Log;
  settings: Settings;
  binaries: Binaries;
  cluster: Cluster;
}

/**
 * Starts PostgreSQL in `dataDir`, or takes over the one that a killed process left running there, and keeps it running
 * until `stop`. Throws with one sentence when the folder is in use by another process or belongs to another user.
 */
export async function startEmbedded({ dataDir, log, settings = {} }: EmbeddedOptions): Promise<Embedded> {
  const cluster = openCluster(dataDir);
  const binaries = findBinaries(cluster.account);
  await initialise(cluster, binaries);
  // A server that is adopted keeps its socket where it was, also when it must be restarted: pools know the address.
  const socketDir = findServer(cluster)?.socketDir ?? cluster.socketDir;
  const launch = { dataDir, log, settings, binaries, cluster: { ...cluster, socketDir } };
  const supervision = supervise(launch, await bringUp(launch));
  return {
    url: toUrl(socketDir),
    async stop() {
      await supervision.end();
      await shutDown(launch);
    },
  };
}

/** Adopts the running server or spawns one, until this process owns a server that answers. */
async function bringUp(launch: Launch, signal?: AbortSignal): Promise<Owner> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let spawned: Spawned | undefined;
  while (Date.now() < deadline) {
    spawned = keepRunning(launch, spawned);
    const owner = await tryOwnership(launch.cluster.socketDir, launch.dataDir);
    if (owner) return owner;
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new Error(`PostgreSQL did not answer within ${START_TIMEOUT_MS / 1000} s; see ${launch.cluster.logFile}.`);
}

/** Spawns a server when none runs. Throws when the one spawned before ended for a reason that waiting does not mend. */
function keepRunning(launch: Launch, spawned: Spawned | undefined): Spawned | undefined {
  const words = spawned?.lastWords();
  if (words !== undefined && !STILL_GOING.test(words))
    throw new Error(`PostgreSQL did not start: ${findReason(words)} (see ${launch.cluster.logFile})`);
  if (spawned && words === undefined) return spawned;
  return findServer(launch.cluster) ? undefined : spawnServer(launch.cluster, launch.binaries, launch.settings);
}

const findReason = (words: string): string =>
  words.match(/(?:FATAL|PANIC): +(.*)/)?.[1] ?? words.split('\n').at(-1) ?? 'it said nothing';

/** Brings the server up again whenever it goes away. */
function supervise(launch: Launch, first: Owner): { end(): Promise<void> } {
  const ending = new AbortController();
  let owner: Owner | undefined = first;
  async function watch(): Promise<void> {
    while (owner) {
      await owner.lost;
      if (ending.signal.aborted) return;
      launch.log.error('PostgreSQL went away: restarting it');
      owner = await bringUpAgain(launch, ending.signal);
      if (ending.signal.aborted) return;
      launch.log.info('PostgreSQL is back');
    }
  }
  const watching = watch();
  return {
    async end() {
      ending.abort();
      await owner?.release();
      await watching;
      // A restart that was under way may have made a new owner after the old one was let go.
      await owner?.release();
    },
  };
}

/** Tries until it works or `signal` ends it. */
async function bringUpAgain(launch: Launch, signal: AbortSignal): Promise<Owner | undefined> {
  for (let backoffMs = 100; !signal.aborted; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
    try {
      return await bringUp(launch, signal);
    } catch (error) {
      if (signal.aborted) break;
      launch.log.error({ err: error }, 'PostgreSQL could not be restarted: trying again');
      await sleep(backoffMs);
    }
  }
  return undefined;
}

async function shutDown({ cluster, binaries, log }: Launch): Promise<void> {
  const stop = (mode: string) =>
    runProgram(
      binaries.pg_ctl,
      ['stop', '-D', cluster.dir, '-m', mode, '-w', '-t', String(STOP_TIMEOUT_S)],
      cluster.account,
    );
  try {
    if (findServer(cluster)) await stop('fast');
  } catch (error) {
    if (findServer(cluster)) {
      log.warn({ err: error }, 'PostgreSQL takes too long to stop: stopping it at once');
      await stop('immediate');
    }
  }
  rmSync(cluster.socketDir, { recursive: true, force: true });
}
