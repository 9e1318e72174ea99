import { parseArgs } from 'node:util';
import { quantile, report } from '../report.ts';
import { createDetector } from './detect.ts';
import { createDice } from './dice.ts';
import { FAULTS } from './faults.ts';
import { type Outcome, play, type Subject } from './scenario.ts';
import { learn, NOW } from './usual.ts';
import { createProfile, simulate } from './world.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '7' } },
});
const SIZE = values.quick ? { agents: 8, days: 2, seeds: 5, weeks: 1 } : { agents: 40, days: 7, seeds: 50, weeks: 20 };
/** Thresholds were chosen on seed 1; what is printed is made of others. */
const SEED = Number(values.seed) * 1_000_003;
const LOOK_MS = 10_000;
const DAY_MS = 86_400_000;

const subjects: Subject[] = Array.from({ length: SIZE.agents }, (_, index) => {
  const seed = SEED + index;
  const profile = createProfile(seed);
  return { profile, cells: learn(profile, seed, SIZE.days), seed };
});

const pick = (index: number, salt: number): Subject => {
  const subject = subjects[index % subjects.length];
  if (!subject) throw new Error('no agents');
  return { ...subject, seed: SEED + salt * 7_919 + index };
};

const faulty = FAULTS.flatMap((fault, kind) =>
  Array.from({ length: SIZE.seeds }, (_, index) => play(pick(index, kind + 1), fault)),
);
const clean = Array.from({ length: SIZE.seeds * FAULTS.length }, (_, index) => play(pick(index, 99), undefined));

/** Clean weeks: what opens in them is false. */
function countFalseAlarms(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let week = 0; week < SIZE.weeks; week++) {
    const { profile, cells, seed } = pick(week, 500);
    const [dice, detect] = [createDice(seed), createDetector(cells)];
    for (let at = NOW + LOOK_MS; at <= NOW + 7 * DAY_MS; at += LOOK_MS)
      for (const { detector } of detect(at, simulate(profile, dice, { from: at - LOOK_MS, to: at })))
        counts[detector] = (counts[detector] ?? 0) + 1;
  }
  return counts;
}

const all: Outcome[] = [...faulty, ...clean];
const detected = faulty.filter(({ detectedMs }) => detectedMs !== undefined);
const wrong = all.filter(({ falseAlarms }) => falseAlarms.length > 0).length;
const plainDetected = faulty.filter(({ threeSigma }) => threeSigma.isDetected).length;
const plainWrong = all.filter(({ threeSigma }) => threeSigma.falseAlarms > 0).length;
const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
const byKind = Object.fromEntries(
  FAULTS.map(({ kind }) => {
    const of = faulty.filter((outcome) => outcome.kind === kind);
    const times = of.flatMap(({ detectedMs }) => (detectedMs === undefined ? [] : [detectedMs / 1_000]));
    return [kind, { recall: share(times.length, of.length), p50_s: quantile(times, 0.5), worst_s: Math.max(...times) }];
  }),
);
const falseNames: Record<string, number> = {};
for (const { falseAlarms } of all) for (const name of falseAlarms) falseNames[name] = (falseNames[name] ?? 0) + 1;
const drifts = new Set(['token_drift_20', 'latency_drift']);
const soon = detected.flatMap(({ kind, detectedMs }) => (drifts.has(kind) ? [] : [(detectedMs ?? 0) / 1_000]));
const repeats = faulty.flatMap((outcome) =>
  outcome.repeats === undefined || !outcome.kind.startsWith('loop') ? [] : [outcome.repeats],
);
const weekly = countFalseAlarms();
const alarms = Object.values(weekly).reduce((sum, n) => sum + n, 0);

const common = { unit: 'share', floor: 0.9, target: 0.9, n: all.length, seed: values.seed };
report({
  name: 'anomaly.precision',
  metric: 'precision',
  value: share(detected.length, detected.length + wrong),
  ...common,
  false_alarms: falseNames,
});
report({
  name: 'anomaly.recall',
  metric: 'recall',
  value: share(detected.length, faulty.length),
  ...common,
  n: faulty.length,
  by_kind: byKind,
});
report({
  ...{ name: 'anomaly.detection', metric: 'seconds_after_visible', value: Math.max(...soon), unit: 's', isCost: true },
  ...{ floor: 60, target: 60, n: soon.length, p50: quantile(soon, 0.5), p95: quantile(soon, 0.95), seed: values.seed },
});
report({
  ...{ name: 'anomaly.loop', metric: 'repeats_when_told', value: Math.max(...repeats), unit: 'repeats', isCost: true },
  ...{ floor: 9, target: 9, n: repeats.length, p50: quantile(repeats, 0.5), seed: values.seed },
});
report({
  ...{
    name: 'anomaly.false_alarms',
    metric: 'per_agent_week',
    value: alarms / SIZE.weeks,
    unit: 'alarms',
    isCost: true,
  },
  ...{ floor: 1, target: 1, n: SIZE.weeks, by_detector: weekly, seed: values.seed },
});
console.log(
  JSON.stringify({
    ...{
      name: 'anomaly.three_sigma',
      precision: share(plainDetected, plainDetected + plainWrong),
      recall: share(plainDetected, faulty.length),
    },
    ...{ n: all.length, note: 'the plain detector beside ours; no bound' },
  }),
);
