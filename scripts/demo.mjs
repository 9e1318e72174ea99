#!/usr/bin/env node
// `npm run demo`: the demo of demo/src/demo.ts, run from source. `npm run demo -- --help` lists its options.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../demo/src/demo.ts', import.meta.url));
const child = spawn(process.execPath, ['--conditions=mc-source', '--import', 'tsx', entry, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to both of us, and the demo ends by itself; another's signal is handed on.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
