import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What a process is told to spend. */
export interface Order {
  task: string;
  /** All at once. */
  calls: number;
  /** File that it writes what it was billed to. */
  bill: string;
}

/** A call, as its provider billed it or as it was denied. */
export type Line = { billed: number } | { denied: string; at: number };

export interface Denial {
  denied: string;
  at: number;
}

/** A process that spends, told when it is ready. */
export interface Spender {
  /** Resolves when it has spent, told everything and waits for the next order; never when it was ended before. */
  spend(task: string, calls: number): Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  ended: Promise<void>;
  hasEnded(): boolean;
}

export interface Spenders {
  /** Begins to start as many as are missing, so that there are `spare` ones ready soon. The server must be there. */
  restock(spare: number): Promise<void>;
  /** A ready one. */
  take(): Promise<Spender>;
  /** For another task. */
  giveBack(spender: Spender): void;
  readSpent(task: string): { billed: number; denials: Denial[] };
  /** Ends those that wait, and forgets what was billed. */
  remove(): Promise<void>;
}

/** Makes one file of the process, because hundreds are started. */
export async function createSpenders(url: string, findKey: () => Promise<string>): Promise<Spenders> {
  const folder = mkdtempSync(join(tmpdir(), 'mc-spenders-'));
  const program = join(folder, 'worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
    ...{ outfile: program, bundle: true, platform: 'node', format: 'esm' },
    ...{ conditions: ['mc-source'], logLevel: 'error' },
  });
  const billOf = (task: string) => join(folder, `${task}.ndjson`);
  let waiting: Promise<Spender>[] = [];
  return {
    async restock(spare) {
      while (waiting.length < spare) waiting.push(start({ program, url, key: await findKey(), billOf }));
    },
    async take() {
      const next = waiting.shift();
      if (!next) throw new Error('there is no process left: restock first');
      return await next;
    },
    giveBack: (spender) => void waiting.unshift(Promise.resolve(spender)),
    readSpent(task) {
      if (!existsSync(billOf(task))) return { billed: 0, denials: [] };
      const lines = readFileSync(billOf(task), 'utf8').split('\n').filter(Boolean);
      const read = lines.map((line) => JSON.parse(line) as Line);
      return {
        billed: read.reduce((sum, line) => sum + ('billed' in line ? line.billed : 0), 0),
        denials: read.flatMap((line) => ('denied' in line ? line : [])),
      };
    },
    async remove() {
      const left = await Promise.all(waiting);
      waiting = [];
      for (const spender of left) spender.kill('SIGTERM');
      await Promise.all(left.map(({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Start {
  program: string;
  url: string;
  key: string;
  billOf: (task: string) => string;
}

function start({ program, url, key, billOf }: Start): Promise<Spender> {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, MC_URL: url, MC_KEY: key },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  child.stdin.on('error', () => undefined); // it was killed; whoever waits for it sees that it has ended
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const spender: Spender = {
    async spend(task, calls) {
      const done = new Promise<void>((resolve) => lines.once('line', () => resolve()));
      child.stdin.write(`${JSON.stringify({ task, calls, bill: billOf(task) } satisfies Order)}\n`);
      await done;
    },
    kill: (signal) => void child.kill(signal),
    ended: whenEnded(child),
    hasEnded,
  };
  return new Promise((resolve, reject) => {
    lines.once('line', () => resolve(spender));
    child.once('exit', (code) => reject(new Error(`a spender ended with ${code} before it began`)));
  });
}

const whenEnded = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()));
