import { AsyncLocalStorage } from 'node:async_hooks';
import type { Run } from './run.ts';
import type { Step } from './step.ts';

/** Where the current code stands: its run, and the step within it when there is one. */
export interface Place {
  run: Run;
  step: Step | undefined;
}

const storage = new AsyncLocalStorage<Place>();

type StepFinder = (run: Run) => Step | undefined;

let findFrameworkStep: StepFinder | undefined;

/** Lets an adapter say in which of its own steps the current code stands: callbacks cannot set our context. */
export function locateWith(finder: StepFinder): void {
  findFrameworkStep = finder;
}

/** The place of the current code, across awaits and timers; undefined outside a run. */
export function currentPlace(): Place | undefined {
  const place = storage.getStore();
  const step = place && findFrameworkStep?.(place.run);
  if (!step || step === place.step) return place;
  // Both are around the current code: the one that began later is the inner one.
  return step.startedAt >= (place.step?.startedAt ?? 0) ? { run: place.run, step } : place;
}

/** Runs `work` at a place. */
export const runAt = <T>(place: Place, work: () => T): T => storage.run(place, work);
