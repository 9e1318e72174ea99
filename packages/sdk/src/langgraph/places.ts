import type { Run } from '../runs/run.ts';
import type { Step } from '../runs/step.ts';

/** The recorded step in which each callback run of LangChain stands. */
const steps = new Map<string, Step>();
const guarded = new Set<string>();

/** The step of a callback run, if it belongs to `run`: a child run begins at its own root. */
export function findStep(callbackId: string | undefined, run: Run | undefined): Step | undefined {
  const step = callbackId === undefined ? undefined : steps.get(callbackId);
  return step && step.run === run ? step : undefined;
}

export function placeAt(callbackId: string, step: Step | undefined): void {
  if (step) steps.set(callbackId, step);
}

export function leave(callbackId: string): void {
  steps.delete(callbackId);
}

/** Notes that a tool of that name was guarded. */
export const markGuarded = (name: string): Set<string> => guarded.add(name);

export const isGuarded = (name: string): boolean => guarded.has(name);
