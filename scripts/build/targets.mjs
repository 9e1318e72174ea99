import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What changes every target: the installed packages and this folder. */
const COMMON = ['package-lock.json', 'scripts/build'];

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

const OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
};

/** What runs in a thread of its own, beside the server. */
const BACKTEST_WORKER = 'apps/server/src/telemetry/backtests/worker/backtest-worker.ts';

/** The server as one file; our own packages are bundled from source, those of others stay in node_modules. */
async function buildServer() {
  const { build } = await import('esbuild');
  const manifests = ['apps/server/package.json', 'packages/policy/package.json'];
  const names = manifests.flatMap((path) => Object.keys(readJson(path).dependencies));
  const external = names.filter((name) => !name.startsWith('@mission-control/'));
  await build({
    ...OPTIONS,
    entryPoints: { main: 'apps/server/src/main.ts', 'backtest-worker': BACKTEST_WORKER },
    outdir: 'apps/server/dist',
    conditions: ['mc-source'],
    external,
  });
}

/** A package as its `exports` name it: an entry each, sharing chunks, with every dependency left to the installer. */
const buildPackage = (folder) => async () => {
  const { build } = await import('esbuild');
  const { exports } = readJson(join(folder, 'package.json'));
  const sources = Object.values(exports).map((entry) => entry['mc-source']);
  await build({
    ...OPTIONS,
    entryPoints: sources.filter((path) => !path.endsWith('.d.ts')).map((path) => join(folder, path)),
    outbase: join(folder, 'src'),
    outdir: join(folder, 'dist'),
    splitting: true,
    packages: 'external',
  });
};

async function buildConsole() {
  const { build } = await import('vite');
  // Whoever starts us may be a test run: its NODE_ENV would bring React's development build along.
  process.env.NODE_ENV = 'production';
  await build({ root: 'apps/console', logLevel: 'warn', build: { outDir: 'dist', emptyOutDir: true } });
}

const target = (name, folder, inputs, build) => ({ name, folder, build, inputs: [...inputs, ...COMMON] });

const fromPackage = (name) => {
  const folder = `packages/${name}`;
  return target(name, folder, [`${folder}/src`, `${folder}/package.json`], buildPackage(folder));
};

/** Everything that is built; paths are relative to the repository, where both commands run. */
export const targets = [
  target(
    'server',
    'apps/server',
    ['apps/server/src', 'apps/server/package.json', 'packages/policy/src', 'packages/policy/package.json'],
    buildServer,
  ),
  target(
    'console',
    'apps/console',
    [
      ...['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((path) => `apps/console/${path}`),
      'packages/sdk/src/generated',
    ],
    buildConsole,
  ),
  fromPackage('policy'),
  fromPackage('sdk'),
  fromPackage('cli'),
].filter(({ folder }) => existsSync(join(folder, 'src')));
