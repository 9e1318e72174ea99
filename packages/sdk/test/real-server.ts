import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const TOKEN = 'sdk-test-'.repeat(6);

/** The real server with its own PostgreSQL, as a child process. */
export interface RealServer {
  url: string;
  /** A service key that enrols. */
  key: string;
  /** Reads the API as the owner. */
  get: <T>(path: string) => Promise<T>;
  /** Changes something as the owner. */
  post: <T>(path: string, body: object) => Promise<T>;
  remove: <T>(path: string) => Promise<T>;
  /** Ends it with kill -9. */
  crash: () => Promise<void>;
  /** Starts it again after a crash, where it was. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function startRealServer(): Promise<RealServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mc-sdk-server-'));
  let { child, url } = await startProcess(dataDir, 0);
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const { key } = await call<{ key: string }>('POST', '/service-keys', { name: 'sdk test', scopes: ['enroll'] });
  return {
    url,
    key,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    remove: (path) => call('DELETE', path),
    crash: () => end(child, 'SIGKILL'),
    restart: async () => {
      ({ child, url } = await startProcess(dataDir, Number(new URL(url).port)));
    },
    stop: async () => {
      await end(child, 'SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function startProcess(dataDir: string, port: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'mc-source', 'apps/server/src/main.ts'], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      PORT: String(port),
      BASE_URL: `http://localhost:${port}`,
      MC_DATA_DIR: dataDir,
      LOCAL_AUTH_TOKEN: TOKEN,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /ready: https?:\/\/[^:/]+:(\d+)/.exec(line)?.[1];
      if (ready) resolve(`http://127.0.0.1:${ready}`);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { child, url };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.kill(signal)) await ended;
}
