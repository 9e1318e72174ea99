import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const IGNORED = /(^|\/)(node_modules|dist|test)$|\.test\.tsx?$/;

function* walk(path) {
  if (IGNORED.test(path) || !existsSync(path)) return;
  if (!statSync(path).isDirectory()) return yield path;
  for (const name of readdirSync(path).sort()) yield* walk(join(path, name));
}

/** One digest over the names and contents of everything that a target is built from. */
function hashInputs(target) {
  const hash = createHash('sha256');
  for (const path of target.inputs.flatMap((input) => [...walk(input)])) hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
}

const hashFile = (target) => join(target.folder, 'dist/.inputs');

/** Whether a target was never built or its inputs have changed since. */
export const isStale = (target) =>
  !existsSync(hashFile(target)) || readFileSync(hashFile(target), 'utf8') !== hashInputs(target);

/** Remembers what a target was just built from. */
export const markFresh = (target) => writeFileSync(hashFile(target), hashInputs(target));
