import { RULE, simulate, toRandom } from '../../apps/server/test/breakers/simulate.ts';
import { report } from '../report.ts';

const FLEETS = 200;
const TEN_MINUTES_MS = 600_000;
const seeds = Array.from({ length: FLEETS }, (_, seed) => seed);

const cost = { unit: '1', isCost: true, n: FLEETS } as const;

/** How long after the exact rate of the window went over the threshold a breaker opened. */
const delaysMs = seeds.map((seed) => {
  const rateAt = (second: number) => (second < 400 ? 0.02 : 0.5);
  const { opened, exceededAt } = simulate({ seed, seconds: 700, callsAt: () => 1, rateAt });
  return (opened[0] ?? Number.POSITIVE_INFINITY) - (exceededAt ?? 0);
});
report({
  ...cost,
  ...{ name: 'breaker.opens', metric: 'after_threshold_worst_ms', value: Math.max(0, ...delaysMs), unit: 'ms' },
  ...{ floor: 10_000, target: 10_000 },
});

/** Openings within ten minutes of another, an hour long, at a rate that swings about the threshold. */
const flaps = seeds.flatMap((seed) => {
  const noise = toRandom(seed + 1_000);
  const rates = Array.from({ length: 3_600 }, () => RULE.over + (noise() - 0.5) * 0.06);
  const { opened } = simulate({ seed, seconds: 3_600, callsAt: () => 1, rateAt: (second) => rates[second] ?? 0 });
  return opened.slice(1).filter((at, i) => at - (opened[i] ?? 0) < TEN_MINUTES_MS);
});
report({ ...cost, name: 'breaker.flaps', metric: 'openings_within_10_min', value: flaps.length, floor: 0, target: 0 });

/** Every call fails, but there are fewer of them in a window than the rule asks for. */
const few = (second: number) => (second % 16 === 0 ? 1 : 0);
const early = seeds.flatMap((seed) => simulate({ seed, seconds: 3_600, callsAt: few, rateAt: () => 1 }).opened);
report({ ...cost, name: 'breaker.few_calls', metric: 'openings', value: early.length, floor: 0, target: 0 });
