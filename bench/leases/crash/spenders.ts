import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What processes spent on one task, as their provider billed it and as they were told. */
export interface Spent {
  billed: number;
  denials: string[];
}

export interface Spenders {
  /** Starts a process that spends on a task; resolves when it is about to. */
  start(task: string, calls: number): Promise<ChildProcess>;
  readSpent(task: string): Spent;
  remove(): void;
}

/** Makes one file of the process, because hundreds are started. */
export async function createSpenders(url: string, findKey: () => Promise<string>): Promise<Spenders> {
  const folder = mkdtempSync(join(tmpdir(), 'mc-spenders-'));
  const program = join(folder, 'worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
    ...{
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['mc-source'],
      logLevel: 'error',
    },
  });
  const billOf = (task: string) => join(folder, `${task}.ndjson`);
  return {
    async start(task, calls) {
      const env = {
        ...process.env,
        MC_URL: url,
        MC_KEY: await findKey(),
        TASK: task,
        CALLS: String(calls),
        BILL: billOf(task),
      };
      const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      return await new Promise((resolve, reject) => {
        child.stdout.once('data', () => resolve(child));
        child.once('exit', (code) => reject(new Error(`a spender ended with ${code} before it began`)));
      });
    },
    readSpent(task) {
      if (!existsSync(billOf(task))) return { billed: 0, denials: [] };
      const lines = readFileSync(billOf(task), 'utf8').split('\n').filter(Boolean);
      const read = lines.map((line) => JSON.parse(line) as { billed?: number; denied?: string });
      return {
        billed: read.reduce((sum, { billed = 0 }) => sum + billed, 0),
        denials: read.flatMap(({ denied }) => denied ?? []),
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Resolves when the process has ended, whatever ended it. */
export const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
