import { spawn } from 'node:child_process';
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
  stop: () => Promise<void>;
}

export async function startRealServer(): Promise<RealServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mc-sdk-server-'));
  const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'mc-source', 'apps/server/src/main.ts'], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      PORT: '0',
      BASE_URL: 'http://localhost:0',
      MC_DATA_DIR: dataDir,
      LOCAL_AUTH_TOKEN: TOKEN,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /ready: https?:\/\/[^:/]+:(\d+)/.exec(line)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const call = async <T>(path: string, body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const response = await fetch(
      `${url}/api/v1${path}`,
      body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
    );
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const { key } = await call<{ key: string }>('/service-keys', { name: 'sdk test', scopes: ['enroll'] });
  return {
    url,
    key,
    get: (path) => call(path),
    post: (path, body) => call(path, body),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
