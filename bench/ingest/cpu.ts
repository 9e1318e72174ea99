import { readdirSync, readFileSync } from 'node:fs';
import type { ServerProcess } from './server-process.ts';

/** `utime` and `stime` in /proc count in these. */
const TICKS_PER_S = 100;

/** CPU seconds so far of Node, and of PostgreSQL with all its processes. */
export function readServerCpu(server: ServerProcess): { node: number; postgres: number } {
  const postmaster = server.postgresPid();
  const postgres = readChildren(postmaster).reduce((sum, child) => sum + readCpu(child), readCpu(postmaster, true));
  return { node: readCpu(server.nodePid()), postgres };
}

/** `withEnded` adds the children that have ended. */
function readCpu(pid: number, withEnded = false): number {
  const ticks = readStat(pid).slice(11, withEnded ? 15 : 13);
  return ticks.reduce((sum, value) => sum + Number(value), 0) / TICKS_PER_S;
}

const readChildren = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(readStat(Number(name))[1]) === parent)
    .map(Number);

/** The fields of /proc/<pid>/stat after the command's name, which may hold spaces; none when the process is gone. */
function readStat(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // ended between the listing and the look
  }
}
