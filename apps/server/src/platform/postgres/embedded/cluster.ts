import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Account, chooseAccount, isReachable, isRoot, sharedFolder } from './account.ts';
import type { Binaries } from './binaries.ts';
import { runProgram } from './program.ts';

const MAJOR = '18';
/** `sun_path` holds 108 bytes with its end; the rest is PostgreSQL's file name. */
const MAX_SOCKET_DIR = 107 - '/.s.PGSQL.5432'.length;

/** Where one embedded database lives. */
export interface Cluster {
  /** The data folder of PostgreSQL. */
  dir: string;
  /** A private folder for the socket; short, because socket paths are. */
  socketDir: string;
  logFile: string;
  account: Account;
}

/**
 * Chooses and prepares the folders of the cluster under `dataDir`. When root keeps its data in a folder that is closed
 * to PostgreSQL's account, the cluster lives in `/var/lib/mission-control` and `<dataDir>/postgres` is a link to it.
 */
export function openCluster(dataDir: string): Cluster {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const link = join(dataDir, 'postgres');
  const account = chooseAccount(link);
  if (isRoot() && isPrivate(dataDir)) letThrough(dataDir, account);
  const home = existsSync(link) ? dirname(realpathSync(link)) : chooseHome(realpathSync(dataDir), account);
  const dir = join(home, 'postgres');
  if (home !== realpathSync(dataDir) && !existsSync(link)) symlinkSync(dir, link);
  checkOwner(dir, account);
  return { dir, account, socketDir: openSocketDir(dir, account), logFile: join(home, 'postgres.log') };
}

/** Only a folder that nobody else uses may be changed: `MC_DATA_DIR=/tmp` must leave /tmp as it is. */
const isPrivate = (folder: string): boolean => {
  const { mode, uid } = lstatSync(folder);
  return uid === 0 && (mode & 0o077) === 0;
};

/** Root's data folder stays closed to all but the group of PostgreSQL's account, which may pass and not look. */
function letThrough(folder: string, account: Account): void {
  chownSync(folder, 0, account.gid ?? 0);
  chmodSync(folder, 0o710);
}

const toKey = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 12);

function chooseHome(dataDir: string, account: Account): string {
  if (isReachable(dataDir, account)) return dataDir;
  const home = join(sharedFolder(), `data-${toKey(dataDir)}`);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  letThrough(home, account);
  return home;
}

function checkOwner(dir: string, account: Account): void {
  if (!existsSync(dir)) return;
  const owner = lstatSync(dir).uid;
  const expected = account.uid ?? process.getuid?.() ?? owner;
  if (owner !== expected)
    throw new Error(`${dir} belongs to user ${owner}: start as that user or as root, or set MC_DATA_DIR elsewhere.`);
  const version = readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR)
    throw new Error(
      `${dir} was made by PostgreSQL ${version} and this version runs ${MAJOR}: set MC_DATA_DIR elsewhere.`,
    );
}

function openSocketDir(clusterDir: string, account: Account): string {
  const owner = account.uid ?? process.getuid?.() ?? 0;
  const name = `mc-${owner}-${toKey(clusterDir)}`;
  const preferred = join(tmpdir(), name);
  const dir = Buffer.byteLength(preferred) <= MAX_SOCKET_DIR ? preferred : join('/tmp', name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (account.uid !== undefined && account.gid !== undefined) chownSync(dir, account.uid, account.gid);
  const stats = lstatSync(dir);
  if (!stats.isDirectory() || (process.getuid && stats.uid !== owner))
    throw new Error(`${dir} belongs to another user: remove it, or set TMPDIR to a folder of your own.`);
  chmodSync(dir, 0o700);
  return dir;
}

/** Makes the database files unless they exist. Another process that makes them at the same time is no harm. */
export async function initialise(cluster: Cluster, binaries: Binaries): Promise<void> {
  if (existsSync(cluster.dir)) return;
  const staging = `${cluster.dir}.${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { mode: 0o700 });
  const { uid, gid } = cluster.account;
  if (uid !== undefined && gid !== undefined) chownSync(staging, uid, gid);
  await runProgram(binaries.initdb, ['--pgdata', staging, ...INITDB], cluster.account);
  try {
    renameSync(staging, cluster.dir);
  } catch (error) {
    rmSync(staging, { recursive: true });
    if (!existsSync(cluster.dir)) throw error;
  }
}

const INITDB = [
  '--username=mission_control',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--locale=C.UTF-8',
  '--data-checksums',
  '--auth-local=trust',
  '--auth-host=reject',
  '--no-instructions',
];
