import {
  addSums,
  countRun,
  createTally,
  noSums,
  type Sums,
  toSums,
} from '../../apps/server/src/telemetry/anomalies/detectors/sums.rules.ts';
import { type Cells, toCells } from '../../apps/server/src/telemetry/anomalies/detectors/usual.rules.ts';
import { createDice } from './dice.ts';
import { type Profile, type SimRun, simulate } from './world.ts';

const HOUR_MS = 3_600_000;

/** Monday, 00:00 UTC: where the learned days end and what is judged begins. */
export const NOW = Date.UTC(2026, 2, 16);

/** What the product learns of clean days of an agent. */
export function learn(profile: Profile, seed: number, days: number): Cells {
  const dice = createDice(seed);
  const cells: Record<string, Sums> = {};
  for (let at = NOW - days * 24 * HOUR_MS; at < NOW; at += HOUR_MS) {
    const hour = sum(simulate(profile, dice, { from: at, to: at + HOUR_MS }), 60);
    for (const cell of toCells(at)) cells[cell] = addSums(cells[cell] ?? noSums(), hour);
  }
  return cells;
}

function sum(runs: readonly SimRun[], minutes: number): Sums {
  const tally = createTally();
  for (const run of runs) {
    countRun(tally, run);
    for (const [name, { n, retries }] of Object.entries(run.tools)) {
      const known = tally.sums.tools[name] ?? { n: 0, errors: 0, retries: 0 };
      tally.sums.tools[name] = { n: known.n + n, errors: 0, retries: known.retries + retries };
    }
  }
  return { ...toSums(tally), starts: runs.length, minutes };
}
