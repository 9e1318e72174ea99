import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Options } from './options.ts';
import type { Server } from './server.ts';
import type { Report } from './tally.ts';

/** What one fleet process is told; it stands as JSON in its argument. */
export interface FleetOptions {
  number: number;
  /** Milliseconds between two tasks, in the mean. */
  everyMs: number;
  folder: string;
  outputFolder: string;
  seed: number;
}

/** What a fleet process is told while it runs. */
export type Order = 'finish' | 'abort';

export interface Fleets {
  /** No task begins any more; resolves when those under way have ended and all is reported. */
  finish(): Promise<void>;
  /** Ends the tasks under way, too. */
  abort(): void;
}

/** Starts each fleet in a process of its own: so many producers of the same four agents. */
export function startFleets(
  options: Options,
  server: Server,
  outputFolder: string,
  onReport: (report: Report) => void,
): Fleets {
  const children = Array.from({ length: options.fleets }, (_, n) =>
    startFleet(toFleetOptions(options, outputFolder, n + 1), server, onReport),
  );
  return {
    async finish() {
      await Promise.all(children.map(waitForEnd));
    },
    abort() {
      for (const child of children) tell(child, 'abort');
    },
  };
}

const toFleetOptions = (options: Options, outputFolder: string, number: number): FleetOptions => ({
  number,
  everyMs: (60_000 / options.rate) * options.fleets,
  folder: options.folder,
  outputFolder,
  seed: options.seed * options.fleets + number,
});

function startFleet(fleet: FleetOptions, { url, key }: Server, onReport: (report: Report) => void): ChildProcess {
  const child = fork(fileURLToPath(new URL('fleet/main.ts', import.meta.url)), [JSON.stringify(fleet)], {
    env: { ...process.env, MC_URL: url, MC_KEY: key },
    // Ctrl-C reaches the demo alone; a fleet ends when it is told to, or when the demo is gone.
    detached: true,
  });
  child.on('message', onReport);
  return child;
}

async function waitForEnd(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  tell(child, 'finish');
  await ended;
}

function tell(child: ChildProcess, order: Order): void {
  if (child.connected) child.send(order);
}
