/**
 * What the SDK costs its host: 100 parallel tasks of five steps (a 2.4 s model call, three 0.4 s tools) without it,
 * with a quarter of the payloads and with all of them, against the real server. Each run is a process of its own; the
 * order is random and mirrored in the next round (ABBA); the first round is discarded.
 * Options: `--rounds N` (default 9, under 10 minutes), `--quick` (3 rounds of 30 tasks).
 */
import { type Mode, type Round, reportFigures, reportHotPath } from './figures.ts';
import { startSurroundings } from './processes.ts';
import { shuffle } from './statistics.ts';

const MODES: Mode[] = ['off', 'sampled', 'full'];
const isQuick = process.argv.includes('--quick');
const roundCount = Number(process.argv[process.argv.indexOf('--rounds') + 1]) || (isQuick ? 3 : 9);
const tasks = isQuick ? 30 : 100;
const SPREAD_MS = 1_000;

const surroundings = await startSurroundings();
const rounds: Round[] = [];
let order = MODES;
try {
  reportHotPath(await surroundings.runMicro('off'), await surroundings.runMicro('full'));
  for (let i = 0; i < roundCount; i++) {
    order = i % 2 === 0 ? shuffle(MODES) : order.toReversed();
    const round: Partial<Round> = {};
    for (const mode of order) {
      round[mode] = await surroundings.runWorkload({ mode, seed: i * 7 + 1, tasks, spreadMs: SPREAD_MS });
      if (!round[mode].flushed) process.stderr.write(`${mode}: the server did not take everything within 10 s\n`);
    }
    process.stderr.write(`round ${i + 1} of ${roundCount}: ${order.join(', ')}\n`);
    rounds.push(round as Round); // all modes were run
  }
  const stored = await surroundings.countStored();
  const notes = `${tasks} tasks x 5 steps x (1 model + 3 tools), begun within ${SPREAD_MS} ms; ${stored} steps of the last 200 runs found in the server`;
  reportFigures(rounds.slice(1), notes);
} finally {
  await surroundings.stop();
}
