import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isReachable, isRoot } from './embedded/account.ts';

const CHILD = fileURLToPath(new URL('../../../test/embedded-child.ts', import.meta.url));
const NOBODY = { uid: 65_534, gid: 65_534 };

let dataDir: string;
let children: ChildProcess[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mc-embedded-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) await end(child, 'SIGTERM');
  rmSync(dataDir, { recursive: true });
});

/** Starts a process on the data folder; its first line is PostgreSQL's address or why there is none. */
async function start(account: { uid?: number; gid?: number } = {}): Promise<{ child: ChildProcess; line: string }> {
  const args = ['--conditions=mc-source', '--import=tsx', CHILD, dataDir];
  const child = spawn(process.execPath, args, { ...account, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, line: chunk.toString().trim() };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the tests take its server away
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

const postmasterPid = () => Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

async function until<T>(attempt: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await attempt();
    } catch {
      await sleep(50); // the test's own time limit ends this
    }
  }
}

it('runs PostgreSQL 18 in UTF-8 with checksums, on a private socket only, and stops it', async () => {
  const { child, line } = await start();
  const [row] = await query(
    line,
    `select current_setting('server_version_num')::int / 10000 as major, current_setting('data_checksums') as checksums,
      current_setting('listen_addresses') as tcp, current_setting('synchronous_commit') as sync,
      (select datlocprovider::text || datlocale from pg_database where datname = current_database()) as locale`,
  );
  expect(row).toEqual({ major: 18, checksums: 'on', tcp: '', sync: 'on', locale: 'bC.UTF-8' });
  const socketDir = decodeURIComponent(new URL(line).hostname);
  expect(statSync(socketDir).mode & 0o777).toBe(0o700);
  await end(child, 'SIGTERM');
  expect(() => postmasterPid()).toThrow('ENOENT');
});

it('takes over the server that a killed process left behind', async () => {
  const first = await start();
  await query(first.line, 'create table kept as select 1 as n');
  const pid = postmasterPid();
  await end(first.child, 'SIGKILL');
  const second = await start();
  expect(await query(second.line, 'select n from kept')).toEqual([{ n: 1 }]);
  expect(postmasterPid()).toBe(pid);
});

it('starts again after Node and PostgreSQL were both killed, with a pid file that names a stranger', async () => {
  const first = await start();
  await query(first.line, 'create table kept as select 1 as n');
  const file = join(dataDir, 'postgres', 'postmaster.pid');
  const lines = readFileSync(file, 'utf8').split('\n');
  await end(first.child, 'SIGKILL');
  process.kill(Number(lines[0]), 'SIGKILL');
  writeFileSync(file, [process.pid, ...lines.slice(1)].join('\n'));
  const second = await start();
  expect(second.line).toMatch(/^postgres:/);
  expect(await query(second.line, 'select n from kept')).toEqual([{ n: 1 }]);
});

it('restarts PostgreSQL at the same address when it is killed', async () => {
  const { line } = await start();
  const pid = postmasterPid();
  process.kill(pid, 'SIGKILL');
  await until(() => query(line, 'select 1'));
  expect(postmasterPid()).not.toBe(pid);
});

it('refuses a data folder that another process uses, with one sentence that names it', async () => {
  const first = await start();
  const second = await start();
  expect(second.line).toBe(
    `The data folder ${dataDir} is in use by another Mission Control (process ${first.child.pid}): stop it, or set MC_DATA_DIR elsewhere.`,
  );
  expect(await query(first.line, 'select 1 as n')).toEqual([{ n: 1 }]);
});

it('refuses data of another major version', async () => {
  const first = await start();
  await end(first.child, 'SIGTERM');
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  const second = await start();
  expect(second.line).toContain('was made by PostgreSQL 17');
});

// Root becomes an ordinary user here; everybody else is one in every test above.
it.runIf(isRoot() && isReachable(dirname(CHILD), NOBODY))('runs for an ordinary user', async () => {
  chownSync(dataDir, NOBODY.uid, NOBODY.gid);
  chmodSync(dataDir, 0o700);
  const { line } = await start(NOBODY);
  expect(await query(line, 'select 1 as n')).toEqual([{ n: 1 }]);
});
