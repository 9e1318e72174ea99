#!/usr/bin/env node
// Writes every generated file: database types and schema, the API's contract, the clients' types,
// the evaluator that a gateway's plugin carries.
// With --check it fails when that changes anything in the work tree.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const STEPS = [
  ['tsx', '-C', 'mc-source', 'apps/server/scripts/generate-database.ts'],
  ['tsx', '-C', 'mc-source', 'apps/server/scripts/generate-openapi.ts'],
  ['openapi-typescript', 'openapi.json', '--default-non-nullable=false', '-o', 'packages/sdk/src/generated/api.d.ts'],
  [
    'esbuild',
    ...['packages/policy/src/evaluate/index.ts', '--bundle', '--format=esm', '--platform=node', '--target=node20'],
    ...['--banner:js=// Generated from packages/policy by `npm run generate`; do not edit.'],
    '--outfile=packages/sdk/openclaw/evaluate.gen.mjs',
  ],
];
const GENERATED = [
  'apps/server/src/platform/postgres/tables.gen.ts',
  'apps/server/schema.sql',
  'openapi.json',
  'packages/sdk/src/generated/api.d.ts',
  'packages/sdk/openclaw/evaluate.gen.mjs',
];

const readAll = () => GENERATED.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''));

const before = readAll();
for (const [program, ...args] of STEPS) {
  const step = spawnSync(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (step.status !== 0) process.exit(step.status ?? 1);
}
const after = readAll();
const changed = GENERATED.filter((_, index) => before[index] !== after[index]);
console.log(changed.length > 0 ? `Changed: ${changed.join(', ')}` : 'Generated files are fresh.');
if (changed.length > 0 && process.argv.includes('--check')) {
  console.error('They were stale: commit what `npm run generate` wrote.');
  process.exit(1);
}
