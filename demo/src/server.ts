import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const DEFAULT_PORT = 8000;
const READY = /^Mission Control is ready: (\S+)/;
const STOP_MS = 15_000;

/** A Mission Control that the fleets report to. */
export interface Server {
  url: string;
  /** Service key with the scope `enroll`. */
  key: string;
  /** Reads the API; undefined when all that we have is a key to enrol. */
  token: string | undefined;
  /** What a person opens. */
  link: string;
  stop(): Promise<void>;
}

/** The server that MC_URL and MC_KEY name; undefined when they do not. */
export function findRunningServer({ MC_URL: url, MC_KEY: key }: NodeJS.ProcessEnv): Server | undefined {
  if (!url || !key) return undefined;
  return { url, key, token: undefined, link: url, stop: () => Promise.resolve() };
}

/** Starts `npm start`'s server with a data folder of the demo, waits until it serves and makes a service key. */
export async function startServer(repository: string, port: number | undefined): Promise<Server> {
  const dataDir = process.env.MC_DATA_DIR ?? join(repository, '.mission-control/demo');
  mkdirSync(dataDir, { recursive: true });
  const child = spawn(process.execPath, [join(repository, 'scripts/start.mjs')], {
    cwd: repository,
    env: { ...process.env, MC_DATA_DIR: dataDir, PORT: String(port ?? (await findPort())) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches the demo alone, which stops the fleets first and then the server.
    detached: true,
  });
  const url = await waitUntilReady(child, join(dataDir, 'demo-server.log'));
  const token = process.env.LOCAL_AUTH_TOKEN ?? (await readFile(join(dataDir, 'local-token'), 'utf8')).trim();
  return {
    url,
    key: await createServiceKey(url, token),
    token,
    link: `${url}/sign-in#token=${token}`,
    stop: () => stopProcess(child),
  };
}

/** The usual port, or 0 (any free one) when something else has it. */
function findPort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(DEFAULT_PORT, '127.0.0.1', () => probe.close(() => resolve(DEFAULT_PORT)));
  });
}

/** Resolves to the server's address; rejects with its last words when it ends. All it says goes to the log file. */
function waitUntilReady(child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile);
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        said.push(line);
        said.splice(0, said.length - 20);
        const [, link] = READY.exec(line) ?? [];
        if (link) resolve(new URL(link).origin);
      });
    }
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The server ended before it was ready:\n${said.join('\n')}`)));
  });
}

async function createServiceKey(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/service-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: `demo ${new Date().toISOString().slice(0, 16)}`, scopes: ['enroll'] }),
  });
  if (!response.ok) throw new Error(`The server made no service key (${response.status}): ${await response.text()}`);
  const { key } = (await response.json()) as { key: string };
  return key;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const killed = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(killed);
}
