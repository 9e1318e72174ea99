import { createHash } from 'node:crypto';

const MAX_KEY = 1_024;
const MAX_NAME = 256;
export const ROOT_KEY = 'root';

/** A name as the protocol takes it. */
export const toName = (name: string): string => (name.length > MAX_NAME ? name.slice(0, MAX_NAME) : name);

/**
 * The key of the next step of this kind and name below `parentKey`: `parentKey/kind:name#n`. Counted at once, before
 * anything is awaited, so that it depends on the order of calls and never on the order of completion. Beyond 1,024
 * characters the parent is replaced by its hash.
 */
export function nextStepKey(ordinals: Map<string, number>, parentKey: string, kind: string, name: string): string {
  const path = `${parentKey}/${kind}:${name}`;
  const n = (ordinals.get(path) ?? 0) + 1;
  ordinals.set(path, n);
  const key = `${path}#${n}`;
  if (key.length <= MAX_KEY) return key;
  return `${createHash('sha256').update(parentKey).digest('hex')}/${kind}:${name}#${n}`;
}
