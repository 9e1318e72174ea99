import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folders that are type-checked on their own: every workspace that has a tsconfig.json, the largest first.
 * @param {string} root
 */
export function typedFolders(root) {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return workspaces.flatMap((pattern) => expand(root, pattern)).filter((folder) => hasConfig(root, folder));
}

/** Arguments of `tsc` for one folder; what it learnt is kept in node_modules/.cache for the next time. */
export const typeCheckArguments = (folder) => [
  ...['--project', folder, '--noEmit'],
  ...['--incremental', '--tsBuildInfoFile', `node_modules/.cache/tsc/${folder.replaceAll('/', '-')}.tsbuildinfo`],
];

const hasConfig = (root, folder) => existsSync(join(root, folder, 'tsconfig.json'));

function expand(root, pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
}
