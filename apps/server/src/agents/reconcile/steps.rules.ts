import { STEP_KINDS, type StepKind, type StepRecord } from './steps.schema.ts';

/** What decides which steps a pass has. */
export interface Planned {
  adopted: boolean;
  isFirst: boolean;
  resetSession: boolean;
  /** A reset that an earlier try of the same job did. */
  wasReset: boolean;
}

/** The steps of a pass in their order; those that do not apply are on record as skipped. */
export function planSteps({ adopted, isFirst, resetSession, wasReset }: Planned): StepRecord[] {
  const applies: Record<StepKind, boolean> = {
    entry: true,
    // The entry of an adopted agent is never ours.
    fields: !adopted,
    files: true,
    session: true,
    credential: true,
    policy: true,
    reset: resetSession && !wasReset,
    wake: isFirst,
  };
  return STEP_KINDS.map((kind) => ({
    kind,
    state: applies[kind] ? 'pending' : 'skipped',
    ...{ attempts: 0, started_at: null, ended_at: null, error: null },
  }));
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 16_000;

/** How long to wait inside a pass before a step is tried again: 1, 2, 4, 8, 16 s ± 20 %; `random` is from 0 to 1. */
export const toStepRetryMs = (attempts: number, random: number): number =>
  Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), MAX_RETRY_MS) * (0.8 + random * 0.4);

const FIRST_PASS_RETRY_MS = 5_000;
const MAX_PASS_RETRY_MS = 600_000;

/** How long to wait after a pass that failed: 5 s · 2^n, at most 10 min. */
export const toPassRetryMs = (attempts: number): number =>
  Math.min(FIRST_PASS_RETRY_MS * 2 ** (Math.min(attempts, 20) - 1), MAX_PASS_RETRY_MS);

/** A pass has this long from the request; one that repeats it later from its own start. */
const PASS_MS = 60_000;
/** So that the pass says what went wrong before the watch of deadlines does. */
const MARGIN_MS = 2_000;

export function toPassEnd(now: Date, transitionDeadline: string | null): Date {
  const requested = transitionDeadline === null ? 0 : new Date(transitionDeadline).getTime();
  const end = requested > now.getTime() ? requested : now.getTime() + PASS_MS;
  return new Date(end - MARGIN_MS);
}
