import type { RunStep, WatchedRun } from '../../apps/server/src/telemetry/anomalies/detectors/run.rules.ts';
import type { Cells } from '../../apps/server/src/telemetry/anomalies/detectors/usual.rules.ts';
import { createDetector } from './detect.ts';
import { createDice, type Dice } from './dice.ts';
import type { Fault } from './faults.ts';
import { createThreeSigma } from './three-sigma.ts';
import { NOW } from './usual.ts';
import { type Change, type Profile, type SimRun, simulate, toCall, toLoad } from './world.ts';

const MINUTE_MS = 60_000;
/** How often the server looks at agents, and at runs that go on. */
const LOOK_MS = 10_000;
const RUN_LOOK_MS = 5_000;
/** From an event in a process to its commit. */
const REPORT_MS = 1_500;
const CLEAN_MS = 65 * MINUTE_MS;
const AFTER_MS = 90 * MINUTE_MS;
/** Odds at which someone who knows both worlds is sure: an agent has some hundred thousand runs a week. */
const VISIBLE = Math.log(1e5);
/** Runs that should have begun before anyone can say that an agent is silent. */
const VISIBLE_SILENCE = 12;

export interface Outcome {
  kind: string;
  /** Ms after it was visible; undefined when it was not told in time. */
  detectedMs: number | undefined;
  /** Repeats of a loop when it was told. */
  repeats: number | undefined;
  falseAlarms: string[];
  threeSigma: { isDetected: boolean; falseAlarms: number };
}

export interface Subject {
  profile: Profile;
  cells: Cells;
  seed: number;
}

/** One agent over some time, with a fault or without, seen by our detectors and by plain three sigma. */
export function play({ profile, cells, seed }: Subject, fault: Fault | undefined): Outcome {
  const dice = createDice(seed);
  const from = NOW + Math.floor(dice.next() * 7 * 24 * 60) * MINUTE_MS;
  const faultAt = from + CLEAN_MS + Math.floor(dice.next() * MINUTE_MS);
  const changeAt = (at: number): Change => (at < faultAt ? {} : (fault?.change?.(at - faultAt, profile) ?? {}));
  const detect = createDetector(cells);
  const live = createLive(dice, fault, faultAt);
  const sight = createSight(profile, fault, { faultAt, changeAt });
  const plain = createPlain(createThreeSigma(cells), fault, faultAt);
  const outcome: Outcome = {
    ...{ kind: fault?.kind ?? 'clean', detectedMs: undefined, repeats: undefined, falseAlarms: [] },
    threeSigma: plain.outcome,
  };
  let waiting: SimRun[] = [];
  for (let at = from + RUN_LOOK_MS; at <= faultAt + AFTER_MS && outcome.detectedMs === undefined; at += RUN_LOOK_MS) {
    const ended = simulate(profile, dice, { from: at - RUN_LOOK_MS, to: at }, changeAt);
    waiting.push(...ended);
    const isLook = (at - from) % LOOK_MS === 0;
    const seen = isLook ? waiting.filter((run) => run.at <= at - REPORT_MS) : [];
    if (isLook) waiting = waiting.filter((run) => run.at > at - REPORT_MS);
    sight.note(ended, at);
    const runs = live(at);
    const found = detect(at, seen, runs);
    const visibleAt = runs[0]?.visibleAt ?? sight.visibleAt();
    judge(outcome, { found, fault, at, visibleAt, faultAt, repeats: runs[0]?.repeats });
    plain.look(at, ended);
  }
  return outcome;
}

/** Three sigma over the same runs, a minute at a time. */
function createPlain(detect: (ended: readonly SimRun[]) => string[], fault: Fault | undefined, faultAt: number) {
  const outcome = { isDetected: false, falseAlarms: 0 };
  let minute: SimRun[] = [];
  return {
    outcome,
    look(at: number, ended: readonly SimRun[]) {
      minute.push(...ended);
      if (at % MINUTE_MS !== 0) return;
      for (const detector of detect(minute))
        if (at > faultAt && fault?.detectors.includes(detector)) outcome.isDetected = true;
        else outcome.falseAlarms++;
      minute = [];
    },
  };
}

interface Judged {
  found: readonly { detector: string }[];
  fault: Fault | undefined;
  at: number;
  faultAt: number;
  visibleAt: number | undefined;
  repeats: number | undefined;
}

function judge(outcome: Outcome, { found, fault, at, faultAt, visibleAt, repeats }: Judged): void {
  for (const { detector } of found) {
    if (!fault || at < faultAt || !fault.detectors.includes(detector)) {
      outcome.falseAlarms.push(detector);
      continue;
    }
    const ms = Math.max(0, at - (visibleAt ?? at));
    if (outcome.detectedMs !== undefined || ms > fault.limitMs) continue;
    outcome.detectedMs = ms;
    outcome.repeats = repeats;
  }
}

/** When the fault of an agent can be seen at all. */
function createSight(
  profile: Profile,
  fault: Fault | undefined,
  { faultAt, changeAt }: { faultAt: number; changeAt: (at: number) => Change },
) {
  let [evidence, missing] = [0, 0];
  let visibleAt: number | undefined;
  let last = faultAt;
  let calls = 0;
  const weigh = (run: SimRun) => {
    if (visibleAt !== undefined || run.at < faultAt || !fault?.evidence) return;
    evidence = Math.max(0, evidence + fault.evidence(run, profile, changeAt(run.at)));
    calls += run.calls - run.retries;
    if (evidence >= VISIBLE && calls >= (fault.minCalls ?? 0)) visibleAt = run.at;
  };
  const miss = (at: number) => {
    if (fault?.kind !== 'silent' || at <= faultAt || visibleAt !== undefined) return;
    missing += (toLoad(profile, at).perMin * (at - last)) / MINUTE_MS;
    last = at;
    if (missing >= VISIBLE_SILENCE) visibleAt = at;
  };
  return {
    note(ended: readonly SimRun[], at: number) {
      for (const run of ended) weigh(run);
      miss(at);
    },
    visibleAt: () => visibleAt,
  };
}

type Live = WatchedRun & { visibleAt?: number | undefined; repeats?: number | undefined };

/** The runs that go on at a moment: one with the fault, if it is one of runs, and honest ones. */
function createLive(dice: Dice, fault: Fault | undefined, faultAt: number): (at: number) => Live[] {
  const gap = () => 2_000 * Math.exp(dice.normal() * 0.5);
  const steps: { step: RunStep; at: number }[] = [];
  let nextAt = faultAt + gap();
  return (at) => {
    const clean = honest(dice, at);
    if (!fault?.live || at < faultAt) return clean;
    for (; nextAt <= at; nextAt += gap()) steps.push({ step: fault.live(steps.length), at: nextAt });
    const reported = steps.filter((step) => step.at <= at - REPORT_MS).map(({ step }) => step);
    const run = { id: 'broken', startedAt: faultAt, at, tokens: 100, steps: reported.slice(-64) };
    const repeats = fault.kind === 'loop_abab' ? Math.ceil(steps.length / 2) : steps.length;
    return [{ ...run, visibleAt: steps[(fault.visibleCall ?? 1) - 1]?.at, repeats }, ...clean];
  };
}

/** Runs that go on as they should: they call again with other arguments, poll, and now and then ask the same twice. */
function honest(dice: Dice, at: number): Live[] {
  const n = Math.floor(dice.next() * 12);
  const steps = Array.from({ length: n }, () => {
    const chance = dice.next();
    if (chance < 0.1) return toCall('job.status', { args: 'job', result: 'pending', isPoll: true });
    return chance < 0.2 ? toCall('search', { args: 'again' }) : toCall(`tool-${Math.floor(dice.next() * 5)}`);
  });
  return [{ id: `honest-${at}`, startedAt: at - 10_000, at, tokens: 100, steps }];
}
