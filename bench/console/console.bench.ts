/** How quick the console stays: a run of 50,000 steps (P13), a graph of 500 agents and 2,000 edges (P14). `--quick` for CI. */
import { launchBrowser } from '../../e2e/browser.ts';
import { createServerProcess } from '../ingest/server-process.ts';
import { median, report } from '../report.ts';
import { openRun, signIn, watchGraph } from './pages.ts';
import { seed } from './seed.ts';

const IS_QUICK = process.argv.includes('--quick');
const SIZES = { steps: 50_000, agents: 498, edges: 2_000 };
const OPENINGS = IS_QUICK ? 3 : 7;
const ROUNDS = IS_QUICK ? 8 : 30;
const VIEWPORTS = { wide: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } };

const undo: (() => Promise<unknown>)[] = [];
try {
  const server = await createServerProcess();
  undo.push(server.stop);
  await server.start();
  const url = `http://localhost:${server.port}`;
  // The first look of the owner makes the organization.
  await fetch(`${url}/api/v1/users/me`, { headers: { authorization: `Bearer ${server.token}` } });
  const seeded = await seed(server.databaseUrl(), SIZES);
  undo.push(seeded.close);
  const browser = await launchBrowser();
  undo.push(() => browser.close());

  for (const [name, viewport] of Object.entries(VIEWPORTS)) {
    const page = await browser.newPage({ viewport });
    await signIn(page, url, server.token);
    const opened: Awaited<ReturnType<typeof openRun>>[] = [];
    for (let i = 0; i < OPENINGS; i++) opened.push(await openRun(page, `${url}/runs/${seeded.runId}`, SIZES.steps));
    await page.close();
    const figure = { isCost: true, n: OPENINGS, steps: SIZES.steps, viewport: `${viewport.width}px` };
    const of = (pick: (one: (typeof opened)[number]) => number) => {
      const values = opened.map(pick);
      return { value: median(values), worst: Math.max(...values), first: values[0] };
    };
    report({
      ...figure,
      name: `console.run.${name}`,
      metric: 'interactive_ms',
      unit: 'ms',
      floor: 1_500,
      target: 1_500,
      ...of((one) => one.interactiveMs),
    });
    report({
      ...figure,
      name: `console.run_payload.${name}`,
      metric: 'bytes',
      unit: 'B',
      floor: 500_000,
      target: 500_000,
      ...of((one) => one.payloadBytes),
    });
    report({
      ...figure,
      name: `console.run_search.${name}`,
      metric: 'search_ms',
      unit: 'ms',
      floor: 300,
      target: 100,
      ...of((one) => one.searchMs),
    });
  }

  const page = await browser.newPage({ viewport: VIEWPORTS.wide });
  await signIn(page, url, server.token);
  const { worstTaskMs, ...watched } = await watchGraph(page, url, seeded, ROUNDS);
  report({
    ...{ name: 'console.graph', metric: 'worst_task_ms', value: worstTaskMs, unit: 'ms', isCost: true },
    ...{ floor: 100, target: 50, n: ROUNDS, ...watched },
    notes: 'main thread of Chromium while a third of the edges is called every two seconds; 0 is below 50 ms',
  });
} finally {
  for (const end of undo.toReversed()) await end();
}
