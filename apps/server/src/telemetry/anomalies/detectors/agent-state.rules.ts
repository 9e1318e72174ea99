import { type Drift, noDrift, ofCount, ofOutcome, weigh } from './drift.rules.ts';
import { type EndedRun, toDistance } from './sums.rules.ts';
import type { Usual } from './usual.rules.ts';

/** What is remembered of an agent from look to look. */
export interface AgentState {
  latency: Drift;
  tokens: Drift;
  errors: Drift;
  score: Drift;
  attempts: Drift;
  /** By step that must be. */
  absences: Map<string, Drift>;
  /** Distances by minute, oldest first: small changes show in many runs only. */
  minutes: MinuteSums[];
}

export interface MinuteSums {
  minute: number;
  n: number;
  latency: number;
  tokens: number;
  runId: string;
}

export const createAgentState = (): AgentState => ({
  ...{ latency: noDrift(), tokens: noDrift(), errors: noDrift(), score: noDrift(), attempts: noDrift() },
  absences: new Map(),
  minutes: [],
});

/** A shift by half a deviation is no news. */
const SLACK = 0.5;
/** One run alone, however bad, is not the agent. */
const MAX_WEIGHT = 6;
const CLIP = 4;
const MINUTE_MS = 60_000;
const SLOW_MINUTES = 60;
const GROWN_ERRORS = 4;
const ERROR_STEP = 0.1;
const MAX_RATE = 0.9;
const CHANGED_ABSENCE = 0.5;

/** Takes a run that ended into account. */
export function noteRun(state: AgentState, usual: Usual, run: EndedRun): void {
  const { at, id: runId } = run;
  const note = (drift: Drift, weight: number, value: number) => weigh(drift, { at, runId, weight, value });
  const latency = usual.ms ? toDistance(usual.ms, run.ms) : 0;
  const tokens = usual.tokens ? toDistance(usual.tokens, run.tokens) : 0;
  note(state.latency, latency - SLACK, latency);
  note(state.tokens, tokens - SLACK, tokens);
  noteMinute(state, run, { latency, tokens });
  const grown = Math.min(MAX_RATE, Math.max(GROWN_ERRORS * usual.errorRate, usual.errorRate + ERROR_STEP));
  if (grown > usual.errorRate) note(state.errors, ofOutcome(run.isError, usual.errorRate, grown), run.isError ? 1 : 0);
  if (run.score !== null && usual.score) {
    const drop = Math.min(CLIP, (usual.score.mean - run.score) / usual.score.deviation);
    note(state.score, drop - SLACK, run.score);
  }
  noteAttempts(state, usual, run);
  noteAbsences(state, usual, run);
}

/** Twice the usual attempts per call, against the usual. */
function noteAttempts({ attempts }: AgentState, { retryRate }: Usual, { at, id, calls, retries }: EndedRun): void {
  const first = calls - retries;
  if (first <= 0) return;
  const weight = ofCount(retries, first, retryRate, 1 + 2 * retryRate);
  weigh(attempts, { at, runId: id, weight: Math.min(MAX_WEIGHT, weight), value: retries / first });
}

function noteAbsences(state: AgentState, usual: Usual, run: EndedRun): void {
  if (run.steps === null || run.isError) return;
  for (const { name, absence } of usual.musts) {
    const isAbsent = !run.steps.includes(name);
    const known = state.absences.get(name);
    if (!known && !isAbsent) continue;
    const drift = known ?? noDrift();
    state.absences.set(name, drift);
    const weight = ofOutcome(isAbsent, absence, CHANGED_ABSENCE);
    weigh(drift, { at: run.at, runId: run.id, weight, value: isAbsent ? 1 : 0 });
  }
}

function noteMinute(
  { minutes }: AgentState,
  { at, id }: EndedRun,
  { latency, tokens }: { latency: number; tokens: number },
): void {
  const minute = Math.floor(at / MINUTE_MS);
  const last = minutes.at(-1);
  const sums = last && last.minute >= minute ? last : { minute, n: 0, latency: 0, tokens: 0, runId: id };
  if (sums !== last) minutes.push(sums);
  sums.n++;
  sums.latency += latency;
  sums.tokens += tokens;
  while ((minutes[0]?.minute ?? minute) <= minute - SLOW_MINUTES) minutes.shift();
}
