#!/usr/bin/env node
// `npm start`: builds what is missing or stale, then runs the server in this process.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isStale } from './build/freshness.mjs';
import { targets } from './build/targets.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const stale = targets.filter(isStale);
if (stale.length > 0) {
  // In a process of its own, so that the compilers' memory goes with it.
  const build = spawnSync(process.execPath, ['scripts/build.mjs', ...stale.map(({ name }) => name)], {
    stdio: 'inherit',
  });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

await import('../apps/server/dist/main.js');
