import type { Browser, Page } from 'playwright-core';
import { createServerProcess, type ServerProcess } from '../../bench/ingest/server-process.ts';
import { collectErrors, launchBrowser } from '../browser.ts';
import { think } from './brain.ts';
import { createGateway, type Gateway } from './kit/gateway.ts';
import { installGateway } from './kit/install.ts';
import { type ScriptedModel, startModel } from './kit/model.ts';
import { type ReverseProxy, startProxy } from './kit/proxy.ts';

/** Where a client of a reverse proxy seems to come from. */
const ELSEWHERE = '203.0.113.7';

export interface Stage {
  server: ServerProcess;
  gateway: Gateway;
  model: ScriptedModel;
  /** The gateway's address for Mission Control: through a reverse proxy, as from another host. */
  proxy: ReverseProxy;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of many operations; each look is an expectation
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  /** The owner at the console, signed in. */
  page: Page;
  /** What the console logged as an error. */
  errors: string[];
  close(): Promise<void>;
}

/** Starts model, gateway and server. Throws where the gateway cannot be installed. */
export async function openStage(): Promise<Stage> {
  const runtime = installGateway();
  if (runtime === undefined) throw new Error('The gateway could not be installed from the npm registry.');
  const model = await startModel(think);
  const gateway = await createGateway(runtime, model.url);
  const [server] = await Promise.all([
    createServerProcess({ LOG_LEVEL: 'warn' }).then(async (made) => {
      await made.start();
      return made;
    }),
    gateway.start(),
  ]);
  const proxy = await startProxy(gateway.port, ELSEWHERE);
  const browser = await launchBrowser();
  const page = await signIn(browser, server);
  return {
    page,
    errors: collectErrors(page),
    server,
    gateway,
    model,
    proxy,
    async api(method, path, body) {
      const answer = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${server.token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    async close() {
      await browser.close();
      await server.stop();
      proxy.close();
      await gateway.remove();
      model.close();
    },
  };
}

async function signIn(browser: Browser, { port, token }: ServerProcess): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, baseURL: `http://localhost:${port}` });
  await page.goto(`/sign-in#token=${token}`);
  await page.waitForURL(/\/dashboard/);
  return page;
}
