import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { PROGRAM_ENV } from './program.ts';

/** Server settings by PostgreSQL's names. */
export type Settings = Record<string, string>;

/** Durable always; sized for telemetry by COPY on a small machine. */
const SETTINGS: Settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  cluster_name: 'mission-control',
  max_connections: '100',
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  synchronous_commit: 'on',
  max_wal_size: '2GB',
  min_wal_size: '128MB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const MAX_LOG_BYTES = 10 << 20;

/** A `postgres` that we spawned. */
export interface Spawned {
  /** What it said before it ended; undefined while it runs. */
  lastWords(): string | undefined;
}

/** Starts PostgreSQL apart from our terminal's signals; it writes to its own log file, so that it outlives our pipes. */
export function spawnServer(cluster: Cluster, binaries: Binaries, settings: Settings): Spawned {
  const all = { ...SETTINGS, unix_socket_directories: cluster.socketDir, ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logFrom = trimLog(cluster.logFile);
  const log = openSync(cluster.logFile, 'a', 0o600);
  const child = spawn(binaries.postgres, ['-D', cluster.dir, ...args], {
    ...cluster.account,
    cwd: '/',
    env: PROGRAM_ENV,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let lastWords: string | undefined;
  child.once('error', (error) => {
    lastWords = error.message;
  });
  child.once('exit', () => {
    lastWords = readFileSync(cluster.logFile).subarray(logFrom).toString().trim();
  });
  return { lastWords: () => lastWords };
}

function trimLog(path: string): number {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes <= MAX_LOG_BYTES) return bytes;
  truncateSync(path);
  return 0;
}

/** The server that holds the cluster, as its pid file tells; undefined when none runs. */
export function findServer(cluster: Cluster): { pid: number; socketDir: string } | undefined {
  const file = join(cluster.dir, 'postmaster.pid');
  if (existsSync(file)) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (isAlive(pid) && isOfCluster(pid, cluster.dir)) return { pid, socketDir: lines[4] || cluster.socketDir };
  }
  removeStaleLocks(
    [file, join(cluster.socketDir, '.s.PGSQL.5432.lock')].filter((path) => existsSync(path)),
    cluster.dir,
  );
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // gone, or of another user and so not our server
  }
}

/** PostgreSQL works inside its data folder, which tells it from a stranger that got the same pid. */
function isOfCluster(pid: number, dir: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dir;
  } catch {
    return false; // ended meanwhile, or not ours to look into
  }
}

/**
 * PostgreSQL refuses to start when the pid in a lock file belongs to a stranger, as happens after a container restart, or
 * to a zombie that nobody reaps. While any of its old children is alive the files stay: they guard shared memory.
 */
function removeStaleLocks(files: string[], dir: string): void {
  if (files.length === 0 || process.platform !== 'linux') return;
  const orphans = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOfCluster(Number(name), dir));
  if (orphans.length === 0) for (const file of files) rmSync(file, { force: true });
}
