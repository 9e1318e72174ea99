import { lstatSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The system user that PostgreSQL runs as; no ids mean the user of this process. */
export interface Account {
  uid?: number;
  gid?: number;
}

/** `nobody` on every Linux with glibc; PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Root gives PostgreSQL to the owner of a cluster that exists already, else to nobody; everyone else runs it themselves. */
export function chooseAccount(clusterDir: string): Account {
  if (!isRoot()) return {};
  const stats = statSync(clusterDir, { throwIfNoEntry: false });
  return stats && stats.uid !== 0 ? { uid: stats.uid, gid: stats.gid } : { uid: NOBODY, gid: NOBODY };
}

/** Whether the account may pass through `path` and every folder above it. */
export function isReachable(path: string, account: Account): boolean {
  if (account.uid === undefined) return true;
  const stats = lstatSync(path);
  const parent = dirname(path);
  return (stats.mode & passBit(stats, account)) !== 0 && (parent === path || isReachable(parent, account));
}

function passBit(folder: { uid: number; gid: number }, account: Account): number {
  if (folder.uid === account.uid) return 0o100;
  return folder.gid === account.gid ? 0o010 : 0o001;
}

/** A folder that PostgreSQL's account reaches even when the checkout or the home folder is closed to it. */
export const sharedFolder = (): string =>
  isRoot() ? '/var/lib/mission-control' : join(homedir(), '.cache', 'mission-control');
