import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = /\.(ts|tsx|mjs|css)$/;
const GENERATED = /(^|\/)generated\/|\.gen\.[a-z]+$|\.d\.ts$/;
const TEST = /\.test\.tsx?$|\.test\.mjs$|(^|\/)test\//;

/**
 * The tree's own files: tracked, or new and not ignored; paths from the root with `/`.
 * @param {string} root
 */
export function listFiles(root) {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  return listing.toString().split('\0').filter(Boolean);
}

/** Code that people write and read: what the bounds on size hold for. */
export const isSource = (path) => SOURCE.test(path) && !GENERATED.test(path);

export const isTest = (path) => TEST.test(path);

export const isMigration = (path) => path.includes('/migrations/');

/** How many lines the file has; undefined when it was deleted and git still lists it. */
export function countLines(root, path) {
  try {
    return readFileSync(join(root, path), 'utf8').split('\n').length - 1;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
