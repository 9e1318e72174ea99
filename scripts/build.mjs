#!/usr/bin/env node
// Builds all targets, or those named: `npm run build -- server console`. With --stale only what changed since.
import { fileURLToPath } from 'node:url';
import { isStale, markFresh } from './build/freshness.mjs';
import { targets } from './build/targets.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = names.filter((name) => !targets.some((target) => target.name === name));
if (unknown.length > 0) {
  console.error(
    `Nothing to build is called ${unknown.join(', ')}; there are ${targets.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}

for (const target of targets) {
  if (names.length > 0 && !names.includes(target.name)) continue;
  if (args.includes('--stale') && !isStale(target)) continue;
  const startedAt = performance.now();
  process.stdout.write(`Building ${target.name} … `);
  try {
    await target.build();
  } catch (error) {
    const hint = error.code === 'ERR_MODULE_NOT_FOUND' ? '\nRun `npm ci` first.' : '';
    console.error(`failed.\n${error.message}${hint}`);
    process.exit(1);
  }
  markFresh(target);
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}
