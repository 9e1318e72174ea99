import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createServerProcess } from '../ingest/server-process.ts';
import type { Latencies } from './fake-services.ts';
import type { MicroResult } from './micro.ts';
import type { WorkloadOptions, WorkloadResult } from './workload.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The built SDK of this checkout, loaded as any user's process loads it: TypeScript is only stripped from the load. */
const NODE = ['--import', 'tsx'];

/** Those of the published review. */
const LATENCIES: Latencies = { modelMs: 2_400, toolMs: 400 };

/** What a load runs against: the real server on its own PostgreSQL, and the fake model and tools. */
export interface Surroundings {
  runWorkload: (options: Omit<WorkloadOptions, 'servicesPort'>) => Promise<WorkloadResult>;
  /** With or without the SDK. */
  runMicro: (mode: 'off' | 'full') => Promise<MicroResult>;
  countStored: () => Promise<number>;
  stop: () => Promise<void>;
}

export async function startSurroundings(): Promise<Surroundings> {
  const built = spawnSync(process.execPath, [here('../../scripts/build.mjs'), '--stale', 'policy', 'sdk']);
  if (built.status !== 0) throw new Error(`The SDK could not be built: ${built.stderr}`);
  const server = await createServerProcess();
  await server.start();
  const services = spawn(process.execPath, [...NODE, here('fake-services.ts'), JSON.stringify(LATENCIES)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const servicesPort = Number(await readLine(services));
  const api = createApi(server.url, server.token);
  const { key } = (await api('/service-keys', { name: 'bench', scopes: ['enroll'] })) as { key: string };
  const cache = mkdtempSync(join(tmpdir(), 'mc-bench-sdk-'));
  const env = { ...process.env, MC_URL: server.url, MC_KEY: key, XDG_CACHE_HOME: cache };
  /** Runs a script in a process of its own; it prints its result. */
  const runScript = async (name: string, mode: string, options: object): Promise<unknown> => {
    const child = spawn(process.execPath, [...NODE, here(name), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: mode === 'off' ? { ...env, MC_DISABLE: '1' } : env,
    });
    return JSON.parse(await readLine(child));
  };

  return {
    runWorkload: (options) =>
      runScript('workload.ts', options.mode, { ...options, servicesPort }) as Promise<WorkloadResult>,
    runMicro: (mode) => runScript('micro.ts', mode, {}) as Promise<MicroResult>,
    countStored: async () => {
      const { items } = (await api('/agents?origin=all')) as { items: { slug: string; id: string }[] };
      const agent = items.find(({ slug }) => slug === 'bench-agent');
      const { items: runs } = (await api(`/runs?agent_id=${agent?.id}&limit=200`)) as { items: { steps: number }[] };
      return runs.reduce((sum, { steps }) => sum + steps, 0);
    },
    stop: async () => {
      services.kill();
      await server.stop();
      rmSync(cache, { recursive: true, force: true });
    },
  };
}

function createApi(url: string, token: string) {
  return async (path: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(
      `${url}/api/v1${path}`,
      body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
    );
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
}

function readLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error('the process has no output'));
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the process ended with ${code} and said nothing`)));
  });
}
