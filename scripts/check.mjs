// `npm run check`: everything that must hold at every commit. Prints a line per part; exits 1 if any part fails.
// `npm run check -- types arrows` runs only the parts whose name begins so.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { typeCheckArguments, typedFolders } from './check/workspaces.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules/.bin', name);

const cruised = ['apps', 'packages', 'demo', 'bench', 'e2e'];

/** Every part is a command that exits 0 when the tree is clean; the long ones first, so that the cores stay busy. */
const parts = [
  ...typedFolders(root).map((folder) => ({
    name: `types ${folder}`,
    command: [bin('tsc'), ...typeCheckArguments(folder)],
  })),
  { name: 'dead code', command: [bin('knip'), '--no-progress'] },
  {
    name: 'arrows',
    command: [bin('depcruise'), '--config', 'dependency-cruiser.mjs', '--output-type', 'err', ...cruised],
  },
  {
    name: 'format and lint',
    command: [bin('biome'), 'ci', '--error-on-warnings', '--colors=off', '--max-diagnostics=50'],
  },
  { name: 'sizes', command: [process.execPath, 'scripts/check/sizes.mjs'] },
  { name: 'names', command: [process.execPath, 'scripts/check/names.mjs'] },
  { name: 'generated files', command: [process.execPath, 'scripts/generate.mjs', '--check'], needs: 'generate.mjs' },
].filter(({ needs }) => needs === undefined || existsSync(join(root, 'scripts', needs)));

/** Runs the parts, `width` at a time, in order; resolves to what each one gave. */
async function runAll(queue, width) {
  const waiting = [...queue];
  const done = [];
  const lane = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const result = await runPart(part);
      console.log(toLine(result));
      done.push(result);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return done;
}

function runPart({ name, command: [program, ...args] }) {
  const began = performance.now();
  return new Promise((resolve) => {
    const output = [];
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) =>
      resolve({ name, ok: code === 0, output: Buffer.concat(output).toString().trim(), ms: performance.now() - began }),
    );
  });
}

const toLine = ({ name, ok, ms, output }) => {
  const remark = ok && output.startsWith('note: ') ? `  ${output.slice('note: '.length).split('\n')[0]}` : '';
  return `${ok ? '  ok  ' : ' FAIL '} ${name.padEnd(26)} ${(ms / 1000).toFixed(1).padStart(6)} s${remark}`;
};

function report(results, ms) {
  const failed = results.filter(({ ok }) => !ok);
  for (const { name, output } of failed) console.log(`\n── ${name} ──\n${output}`);
  console.log(
    `\ncheck: ${results.length - failed.length} passed, ${failed.length} failed, ${(ms / 1000).toFixed(1)} s`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? parts : parts.filter(({ name }) => wanted.some((start) => name.startsWith(start)));
const startedAt = performance.now();
const results = await runAll(chosen, Math.max(2, availableParallelism()));
report(results, performance.now() - startedAt);
