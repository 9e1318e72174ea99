import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type InitOptions, init, shutdown } from '../src/index.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';

/** A fake server and a cache of its own for each test of a file; the SDK is shut down after each. */
export function withFakeServer(): {
  readonly server: FakeServer;
  readonly dir: string;
  start: (options?: InitOptions) => Promise<void>;
} {
  let server: FakeServer;
  let dir: string;
  beforeEach(async () => {
    server = await startFakeServer();
    dir = mkdtempSync(join(tmpdir(), 'mc-sdk-'));
    process.env.XDG_CACHE_HOME = dir;
  });
  afterEach(async () => {
    await shutdown(500);
    await server.close();
    await removeFolder(dir);
  });
  return {
    get server() {
      return server;
    },
    get dir() {
      return dir;
    },
    start: (options = {}) =>
      init({
        agent: 'agent',
        url: server.url,
        key: 'mcs_test',
        spoolDir: 'off',
        signals: false,
        manifest: { tools: [] },
        ...options,
      }),
  };
}

/** Removes a folder into which a bundle may still be on its way: what comes while it is emptied takes another try. */
async function removeFolder(dir: string, tries = 50): Promise<void> {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch (error) {
    if (tries === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await removeFolder(dir, tries - 1);
  }
}
