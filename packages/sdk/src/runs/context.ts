import { AsyncLocalStorage } from 'node:async_hooks';
import type { Run } from './run.ts';
import type { Step } from './step.ts';

/** Where the current code stands: its run, and the step within it when there is one. */
export interface Place {
  run: Run;
  step: Step | undefined;
}

const storage = new AsyncLocalStorage<Place>();

/** The place of the current code, across awaits and timers; undefined outside a run. */
export const currentPlace = (): Place | undefined => storage.getStore();

/** Runs `work` at a place. */
export const runAt = <T>(place: Place, work: () => T): T => storage.run(place, work);
