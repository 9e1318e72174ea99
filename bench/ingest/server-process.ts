import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const TOKEN = 'bench-'.repeat(10);
const READY_MS = 60_000;

/** The built server with its own embedded PostgreSQL, as child processes on a folder of their own. */
export interface ServerProcess {
  port: number;
  url: string;
  /** The owner's token. */
  token: string;
  /** Address of its database, for whoever looks behind the API. */
  databaseUrl(): string;
  /** Process ids of Node and of the postmaster. */
  nodePid(): number;
  postgresPid(): number;
  /** Starts it, again if it was ended or killed, and waits until it serves. */
  start(): Promise<void>;
  /** Ends it as a service manager does. */
  end(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** `env` holds further variables of its configuration. */
export async function createServerProcess(env: Record<string, string> = {}): Promise<ServerProcess> {
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--stale', 'server', 'console'], { cwd: REPOSITORY });
  if (built.status !== 0) throw new Error(`The server could not be built: ${built.stderr}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'mc-bench-'));
  const port = await findPort();
  const url = `http://127.0.0.1:${port}`;
  const readPostmaster = () => readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  let child: ChildProcess | undefined;
  const end = async () => {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    if (child?.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await ended;
  };

  return {
    port,
    url,
    token: TOKEN,
    databaseUrl: () => `postgres://mission_control@${encodeURIComponent(readPostmaster()[4] ?? '')}/mission_control`,
    nodePid: () => child?.pid ?? 0,
    postgresPid: () => Number(readPostmaster()[0]),
    async start() {
      child = spawn(process.execPath, ['apps/server/dist/main.js'], {
        cwd: REPOSITORY,
        env: {
          ...process.env,
          BASE_URL: `http://localhost:${port}`,
          PORT: String(port),
          MC_DATA_DIR: dataDir,
          LOCAL_AUTH_TOKEN: TOKEN,
          LOG_LEVEL: 'fatal',
          ...env,
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      await waitUntilReady(url);
    },
    end,
    async stop() {
      await end();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function waitUntilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false, // it does not listen yet
    );
    if (isReady) return;
    await sleep(20);
  }
  throw new Error('The server was not ready within 60 s.');
}

const findPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
