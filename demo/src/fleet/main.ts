// One fleet: four agents in a process of their own, which begins a task every so often until it is told to stop.
import { setTimeout as sleep } from 'node:timers/promises';
import { shutdown } from '@mission-control/sdk';
import type { FleetOptions } from '../fleets.ts';
import { createRandom } from '../model/random.ts';
import type { Report } from '../tally.ts';
import { createTools } from '../tools/fleet-tools.ts';
import { openLibrary } from '../tools/library.ts';
import { createFleet, enrol } from './agents.ts';
import { planTask } from './task.ts';

const LAST_TASKS_MS = 60_000;

async function main(options: FleetOptions): Promise<void> {
  await enrol();
  const library = await openLibrary(options.folder);
  const random = createRandom(options.seed);
  const research = createFleet(
    createTools(library, options.outputFolder),
    { random, slowness: 1 },
    ({ blocked, limited }) => {
      for (const tool of blocked) report({ type: 'blocked', tool });
      for (let n = 0; n < limited; n++) report({ type: 'limited' });
    },
  );

  const stopped = listenForStop();
  const running = new Set<Promise<void>>();
  for (let number = 1; !stopped.aborted; number++) {
    const task = await planTask(library, number, random);
    const work = perform(() => research(task)).finally(() => running.delete(work));
    running.add(work);
    // Never rejects but for the abort, which the loop sees.
    await sleep(options.everyMs * (0.6 + 0.8 * random()), undefined, { signal: stopped }).catch(() => undefined);
  }
  await Promise.race([Promise.all(running), sleep(LAST_TASKS_MS, undefined, { ref: false })]);
  await shutdown();
  if (process.connected) process.disconnect();
}

async function perform(work: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  report({ type: 'started' });
  try {
    await work();
    report({ type: 'finished', ms: elapsed() });
  } catch (error) {
    report({ type: 'failed', ms: elapsed(), why: (error as Error).message });
  }
}

/** Aborts when the demo says so, or is gone. */
function listenForStop(): AbortSignal {
  const controller = new AbortController();
  process.once('message', () => controller.abort());
  process.once('disconnect', () => controller.abort());
  return controller.signal;
}

function report(what: Report): void {
  if (process.connected) process.send?.(what);
}

await main(JSON.parse(process.argv[2] ?? '{}') as FleetOptions);
