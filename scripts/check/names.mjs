// A file's name says its role: `<resource>.<role>.ts`, or what an engine does (`connection.ts`).
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSource, listFiles } from './source-files.mjs';

const ROLES = new Set(['schema', 'rules', 'events', 'store', 'service', 'routes', 'jobs', 'writer']);
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

/** `agents.store.ts` stands in `agents/`; rules may be named by what they decide; an engine file has one word. */
function findRoleFault(path) {
  const folder = basename(dirname(path));
  const [noun, ...rest] = basename(path).replace(/(\.test)?\.tsx?$/, '').split('.');
  const role = rest.join('.');
  if (role === '' || path.endsWith('.test.ts')) return undefined;
  if (!ROLES.has(role)) return `${path}: "${role}" is no role; the roles are ${[...ROLES].join(', ')}.`;
  if (role === 'rules' || noun === folder) return undefined;
  return `${path}: a ${role} file carries the name of its folder: ${folder}.${role}.ts.`;
}

function main() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const faults = listFiles(root)
    .filter((path) => isSource(path))
    .map(findNameFault)
    .filter(Boolean);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
