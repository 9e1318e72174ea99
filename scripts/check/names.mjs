// A file's name says its role: `<resource>.<role>.ts`, or what an engine does (`connection.ts`).
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSource, listFiles } from './source-files.mjs';

/** The roles of docs/architecture.md; `sql` is text that several stores share, `writer` the engine of the ingest. */
const ROLES = new Set(['schema', 'rules', 'events', 'store', 'service', 'routes', 'jobs', 'sql', 'writer']);
const SAYS_NOTHING = /^(utils?|helpers?|commons?|managers?|misc|types|shared)$/;
const SERVER_MODULE = /^apps\/server\/src\/([^/]+)\//;
/** Where an index.ts may stand: a server module, a package and its entry points, a feature of the console. */
const INDEX_HOMES = [
  /^apps\/server\/src\/[^/]+$/,
  /^packages\/[^/]+\/src(\/[^/]+)?$/,
  /^apps\/console\/src\/features\/[^/]+$/,
];

/**
 * What is wrong with a path's name, or undefined.
 * @param {string} path from the root, with `/`
 */
export function findNameFault(path) {
  const words = path.split('/').flatMap((segment) => segment.split('.'));
  const empty = words.find((word) => SAYS_NOTHING.test(word));
  if (empty) return `${path}: "${empty}" names nothing. Name it by its noun or by what it does.`;
  if (!/\.tsx?$/.test(path)) return undefined;
  if (/^index\.tsx?$/.test(basename(path))) return findIndexFault(path);
  const [, module] = SERVER_MODULE.exec(path) ?? [];
  return module && module !== 'platform' && module !== 'app' ? findRoleFault(path) : undefined;
}

const findIndexFault = (path) =>
  INDEX_HOMES.some((home) => home.test(dirname(path)))
    ? undefined
    : `${path}: an index.ts stands only at the root of a module or package.`;

/** `runs.store.ts` has a role; an engine file (`connection.ts`) has none in its name. */
function findRoleFault(path) {
  const [, role] = /^[^.]+\.(.+?)(?:\.test)?\.tsx?$/.exec(basename(path)) ?? [];
  if (role === undefined || role === 'test' || ROLES.has(role)) return undefined;
  return `${path}: "${role}" is no role; the roles are ${[...ROLES].join(', ')}.`;
}

/**
 * Folders that hold two resources: more than one file of a role that a resource has once.
 * @param {string[]} paths
 */
export function findCrowdedFolders(paths) {
  const seen = new Map();
  for (const path of paths) {
    const [, role] = /\.(routes|service)\.ts$/.exec(path) ?? [];
    if (!role || !SERVER_MODULE.test(path)) continue;
    const key = `${dirname(path)}/*.${role}.ts`;
    seen.set(key, [...(seen.get(key) ?? []), basename(path)]);
  }
  return [...seen]
    .filter(([, files]) => files.length > 1)
    .map(([key, files]) => `${key}: ${files.join(', ')} are two resources, each a folder of its own.`);
}

function main() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const paths = listFiles(root).filter((path) => isSource(path) && existsSync(join(root, path)));
  const faults = [...paths.map(findNameFault).filter(Boolean), ...findCrowdedFolders(paths)];
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
