// One fleet: four agents in a process of their own, which begins a task every so often until it is told to stop.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { shutdown } from '@mission-control/sdk';
import type { FleetOptions, Order } from '../fleets.ts';
import { createRandom } from '../model/random.ts';
import type { Report } from '../tally.ts';
import { createTools } from '../tools/fleet-tools.ts';
import { openLibrary } from '../tools/library.ts';
import { createFleet, enrol } from './agents.ts';
import { planTask } from './task.ts';

const LAST_TASKS_MS = 60_000;

async function main(options: FleetOptions): Promise<void> {
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

  // After the tools were guarded, so that the declaration holds their schemas and effects.
  await enrol();

  const { finish, abort } = listenForOrders();
  const running = new Set<Promise<void>>();
  for (let number = 1; !finish.aborted; number++) {
    const begin = async () => research(await planTask(library, number, random), abort);
    const work = perform(begin, abort).finally(() => running.delete(work));
    running.add(work);
    // Never rejects but for the abort, which the loop sees.
    await sleep(options.everyMs * (0.6 + 0.8 * random()), undefined, { signal: finish }).catch(() => undefined);
  }
  await Promise.race([Promise.all(running), sleep(LAST_TASKS_MS, undefined, { ref: false })]);
  await shutdown();
  if (process.connected) process.disconnect();
}

async function perform(work: () => Promise<unknown>, abort: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  report({ type: 'started' });
  try {
    await work();
    report({ type: 'finished', ms: performance.now() - startedAt });
  } catch (error) {
    report(abort.aborted ? { type: 'abandoned' } : { type: 'failed', why: (error as Error).message });
  }
}

/** `finish`: begin no task. `abort`: end those under way, as when the demo is gone. */
function listenForOrders(): Record<Order, AbortSignal> {
  const finish = new AbortController();
  const abort = new AbortController();
  // Every graph that runs listens to it.
  setMaxListeners(0, abort.signal);
  const obey = (order: Order) => {
    finish.abort();
    if (order === 'abort') abort.abort();
  };
  process.on('message', obey);
  process.once('disconnect', () => obey('abort'));
  return { finish: finish.signal, abort: abort.signal };
}

function report(what: Report): void {
  if (process.connected) process.send?.(what);
}

await main(JSON.parse(process.argv[2] ?? '{}') as FleetOptions);
