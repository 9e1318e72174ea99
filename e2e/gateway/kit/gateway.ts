import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Runtime } from './install.ts';

const READY_MS = 180_000;
const STOP_MS = 8_000;

/** A real gateway on loopback, with a home and a state of its own. */
export interface Gateway {
  port: number;
  url: string;
  token: string;
  /** Holds its configuration, state and logs. */
  dir: string;
  /** `env`: what its process finds besides, from now on. */
  start(env?: Record<string, string>): Promise<void>;
  /** Changes its configuration file, while it does not run. */
  configure(change: (config: Record<string, unknown>) => void): void;
  /** Ends it as a service manager would. */
  stop(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
  /** Runs a line as somebody types it on the gateway's host: `openclaw …`. Throws with what it said when it fails. */
  type(line: string): Promise<string>;
  /** The last lines of its log. */
  readLog(): string;
}

/** Prepares a gateway whose agents think with the model at `modelUrl`; `start` runs it. Everything it knows lies in a new folder. */
export async function createGateway(runtime: Runtime, modelUrl: string): Promise<Gateway> {
  const port = await findPort();
  const dir = mkdtempSync(join(tmpdir(), 'mc-gateway-'));
  const token = 'gateway-kit-token';
  for (const name of ['home', 'state', 'workspace']) mkdirSync(join(dir, name));
  writeFileSync(join(dir, 'openclaw.json'), JSON.stringify(toConfig({ dir, port, token, modelUrl }), null, 2));
  const logPath = join(dir, 'gateway.log');
  let child: ChildProcess | undefined;
  let more: Record<string, string> = {};

  const stop = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  };

  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    token,
    dir,
    configure(change) {
      const path = join(dir, 'openclaw.json');
      const config = JSON.parse(readFileSync(path, 'utf8'));
      change(config);
      writeFileSync(path, JSON.stringify(config, null, 2));
    },
    async start(env = more) {
      more = env;
      child = spawn(runtime.node, [runtime.entry, 'gateway', 'run', '--port', String(port), '--bind', 'loopback'], {
        cwd: dir,
        env: { ...toEnvironment(runtime, dir), ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const log = createWriteStream(logPath, { flags: 'a' });
      child.stdout?.pipe(log);
      child.stderr?.pipe(log);
      await waitUntilReady(child, port, logPath);
    },
    stop,
    async remove() {
      await stop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
    async type(line) {
      const [program, ...args] = line.split(' ');
      if (program !== 'openclaw') throw new Error(`Not a command of the gateway: ${line}`);
      const env = toEnvironment(runtime, dir);
      return (await promisify(execFile)(runtime.node, [runtime.entry, ...args], { cwd: dir, env })).stdout;
    },
    readLog: () => readTail(logPath),
  };
}

/** One scripted model, commands run on this host, nothing that calls out. */
function toConfig({ dir, port, token, modelUrl }: { dir: string; port: number; token: string; modelUrl: string }) {
  const model = {
    id: 'scripted',
    name: 'Scripted',
    reasoning: false,
    input: ['text'],
    cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 128_000,
    maxTokens: 4096,
  };
  const mock = { baseUrl: modelUrl, apiKey: 'none', api: 'openai-completions', models: [model] };
  return {
    gateway: {
      mode: 'local',
      bind: 'loopback',
      port,
      auth: { mode: 'token', token },
      trustedProxies: ['127.0.0.1'],
      controlUi: { enabled: false },
      terminal: { enabled: false },
    },
    update: { checkOnStart: false },
    logging: { file: join(dir, 'openclaw.log') },
    models: { mode: 'replace', providers: { mock } },
    agents: {
      defaults: {
        model: { primary: 'mock/scripted' },
        workspace: join(dir, 'workspace'),
        skipBootstrap: true,
        heartbeat: { every: '0m' },
      },
    },
    tools: { exec: { host: 'gateway', mode: 'full' } },
  };
}

const toEnvironment = ({ node }: Runtime, dir: string): Record<string, string> => ({
  PATH: `${dirname(node)}:/usr/local/bin:/usr/bin:/bin`,
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  HOME: join(dir, 'home'),
  OPENCLAW_HOME: join(dir, 'home'),
  OPENCLAW_STATE_DIR: join(dir, 'state'),
  OPENCLAW_CONFIG_PATH: join(dir, 'openclaw.json'),
  OPENCLAW_SKIP_CHANNELS: '1',
  OPENCLAW_DISABLE_BONJOUR: '1',
  OPENCLAW_NO_RESPAWN: '1',
  OPENCLAW_NO_AUTO_UPDATE: '1',
  OPENCLAW_EXEC_SHELL_SNAPSHOT: '0',
  OPENCLAW_OFFLINE: '1',
});

async function waitUntilReady(child: ChildProcess, port: number, logPath: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false, // it does not listen yet
    );
    if (isReady) return;
    await sleep(200);
  }
  throw new Error(`The gateway did not become ready. Its last lines:\n${readTail(logPath)}`);
}

const readTail = (path: string): string => readFileSync(path, 'utf8').split('\n').slice(-30).join('\n');

const findPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
