/** Takes the pictures of the documentation from a running demo: `npm run docs:screenshots`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { startScriptedGateway } from '../apps/server/test/gateway/scripted-gateway.ts';
import { launchBrowser } from './browser.ts';
import { seedGovern } from './seed-govern.ts';
import { seedWork } from './seed-work.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = join(ROOT, 'docs/images');
const PORT = 8129;
const BASE = `http://localhost:${PORT}`;
/** By now a run has failed and a call was blocked. */
const WARM_UP_MS = 75_000;
const END_MS = 20_000;
const SETTLE_MS = 1_500;

interface View {
  name: string;
  path: string;
  /** The first row of the list is opened. */
  isRow?: boolean;
  isForDesk?: boolean;
  /** What else is done on the page before the picture. */
  act?: (page: Page) => Promise<void>;
}

const FLEET: View[] = [
  { name: 'overview', path: '/dashboard' },
  { name: 'agents', path: '/agents' },
  { name: 'agent', path: '/agents', isRow: true },
  { name: 'runs', path: '/runs' },
  { name: 'run', path: '/runs?has_violation=true&tool=mail/send', isRow: true },
  { name: 'run-failed', path: '/runs?status=error', isRow: true },
  { name: 'keys', path: '/keys' },
];

const SCREENS = [
  { name: 'dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'phone-dark', width: 360, height: 740, colorScheme: 'dark' },
  { name: 'phone-light', width: 360, height: 740, colorScheme: 'light' },
] as const;

function startDemo(dataDir: string): ChildProcess {
  const env = { ...process.env, MC_DATA_DIR: dataDir };
  const args = ['--port', String(PORT), '--duration', '900', '--rate', '14', '--folder', join(ROOT, 'docs')];
  return spawn(process.execPath, ['scripts/demo.mjs', ...args], { cwd: ROOT, env, stdio: 'inherit', detached: true });
}

/** Its runs may wait for people half an hour: what does not end by itself is ended, with all that it started. */
async function endDemo(demo: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGTERM');
  await Promise.race([ended, sleep(END_MS)]);
  if (demo.pid !== undefined && demo.exitCode === null) process.kill(-demo.pid, 'SIGKILL');
}

async function openView(page: Page, { path, isRow, act }: View): Promise<void> {
  await page.goto(BASE + path);
  if (isRow) await page.locator('[data-row-link]').first().click();
  await act?.(page);
}

interface Shooting {
  token: string;
  views: View[];
}

async function shoot(browser: Browser, screen: (typeof SCREENS)[number], { token, views }: Shooting): Promise<void> {
  const { name, width, height, colorScheme } = screen;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${BASE}/sign-in#token=${token}`);
  await page.waitForURL(/\/dashboard/);
  for (const view of views.filter(({ isForDesk }) => width > 640 || !isForDesk)) {
    await openView(page, view);
    await sleep(SETTLE_MS);
    await page.screenshot({ path: join(TARGET, `${view.name}-${name}.png`) });
  }
  await page.close();
}

const dataDir = mkdtempSync(join(tmpdir(), 'mc-screenshots-'));
const gateway = await startScriptedGateway({ script: () => [{ say: 'Two files are there.' }] });
const demo = startDemo(dataDir);
try {
  mkdirSync(TARGET, { recursive: true });
  await sleep(WARM_UP_MS);
  const token = readFileSync(join(dataDir, 'local-token'), 'utf8').trim();
  const api = { base: BASE, token };
  const work = await seedWork(api, gateway);
  const govern = await seedGovern(api);
  const views = [
    ...FLEET,
    ...Object.entries(work).map(([name, path]) => ({ name, path })),
    ...Object.entries(govern).map(([name, view]) => ({ name, ...view })),
  ];
  const browser = await launchBrowser();
  for (const screen of SCREENS) await shoot(browser, screen, { token, views });
  await browser.close();
} finally {
  await endDemo(demo);
  await gateway.close();
  rmSync(dataDir, { recursive: true, force: true });
}
