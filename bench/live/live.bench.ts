/** How soon a run's first step is on the operator's screen. P11: at about 200 events/s, in Chromium. */
import { setTimeout as sleep } from 'node:timers/promises';
import { entrypoint, init, shutdown, step } from '@mission-control/sdk';
import { launchBrowser } from '../../e2e/browser.ts';
import { createServerProcess } from '../ingest/server-process.ts';
import { report } from '../report.ts';
import { countBackground, startBackground } from './background.ts';
import { type Screen, watchScreen } from './screen.ts';

const SAMPLES = process.argv.includes('--quick') ? 30 : 200;
const BACKGROUND_PER_S = 200;
/** Long enough that the step is still running when it is painted. */
const STEP_MS = 600;
const GIVE_UP_MS = 5_000;

interface Undo {
  push(undo: () => Promise<unknown>): void;
}

/** Everything that runs during the measurement; `undo` ends it. */
async function open(undo: Undo) {
  const server = await createServerProcess();
  undo.push(server.stop);
  await server.start();
  const url = `http://localhost:${server.port}`;
  const key = await createKey(url, server.token);
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  const screen = await watchScreen(
    await browser.newPage({ viewport: { width: 1440, height: 900 } }),
    url,
    server.token,
  );
  await init({ agent: 'live-probe', url, key });
  undo.push(() => shutdown());
  return screen;
}

async function createKey(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/service-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'live', scopes: ['enroll'] }),
  });
  return ((await answer.json()) as { key: string }).key;
}

/** Milliseconds from a step's beginning to its paint, for each probe. */
async function measure(screen: Screen): Promise<number[]> {
  const probe = entrypoint('live-probe', async (name: string) => {
    const happenedAt = Date.now();
    await step(name, () => sleep(STEP_MS));
    return happenedAt;
  });
  const latencies: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const name = `probe-${i}-`;
    const running = probe(name);
    const seenAt = await screen.waitFor(name, GIVE_UP_MS);
    latencies.push(seenAt - (await running));
    await sleep(Math.random() * 150);
  }
  return latencies;
}

const undo: (() => Promise<unknown>)[] = [];
try {
  const screen = await open(undo);
  const background = startBackground(BACKGROUND_PER_S);
  const latencies = await measure(screen).finally(background.stop);
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  report({
    name: 'live.first_step',
    metric: 'event_to_screen_p95_ms',
    value: at(0.95),
    unit: 'ms',
    isCost: true,
    floor: 500,
    target: 500,
    n: sorted.length,
    p50: at(0.5),
    p99: at(0.99),
    worst: at(1),
    notes: `runs list in Chromium; ${countBackground()} background events at ${BACKGROUND_PER_S}/s; one machine, one clock`,
  });
} finally {
  for (const end of undo.toReversed()) await end();
}
