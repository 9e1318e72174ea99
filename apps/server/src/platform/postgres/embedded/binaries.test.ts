import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chooseAccount, isRoot } from './account.ts';
import { findBinaries, type Installed, makeUsable } from './binaries.ts';

const account = chooseAccount('/nowhere');
let folder: string;
let installed: Installed;

/** What npm unpacks when it may not run scripts: no links and no executable bits. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mc-binaries-'));
  chmodSync(folder, 0o755);
  const native = join(folder, 'package', 'native');
  cpSync(dirname(dirname(findBinaries({}).postgres)), native, { recursive: true, verbatimSymlinks: true });
  for (const { target } of readLinks(native)) rmSync(join(dirname(native), target));
  for (const program of ['initdb', 'pg_ctl', 'postgres']) chmodSync(join(native, 'bin', program), 0o644);
  installed = { native, version: 'test' };
});
afterEach(() => {
  chmodSync(join(installed.native, 'lib'), 0o755);
  rmSync(folder, { recursive: true });
});

const readLinks = (native: string) =>
  JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];

const readVersion = (postgres: string) => execFileSync(postgres, ['--version'], { ...account, cwd: '/' }).toString();

it('repairs links and executable bits where the package is', () => {
  const { postgres } = makeUsable(installed, account, join(folder, 'shared'));
  expect(postgres).toBe(join(installed.native, 'bin', 'postgres'));
  expect(readVersion(postgres)).toContain('18.');
  for (const { target } of readLinks(installed.native))
    expect(lstatSync(join(folder, 'package', target)).isSymbolicLink()).toBe(true);
});

it('copies a package that it cannot use in place, once', () => {
  // Root can write anywhere but PostgreSQL's account cannot look; for a user a read-only folder cannot be repaired.
  if (isRoot()) chmodSync(join(folder, 'package'), 0o700);
  else chmodSync(join(installed.native, 'lib'), 0o555);
  const { postgres } = makeUsable(installed, account, join(folder, 'shared'));
  expect(postgres).toBe(join(folder, 'shared', 'postgresql-test', 'native', 'bin', 'postgres'));
  expect(readVersion(postgres)).toContain('18.');
  rmSync(join(folder, 'package', 'native', 'share'), { recursive: true });
  expect(makeUsable(installed, account, join(folder, 'shared')).postgres).toBe(postgres);
  expect(existsSync(join(folder, 'shared', 'postgresql-test', 'native', 'share'))).toBe(true);
});
