import { isKey, parsePath, type RedactionPath } from './paths.ts';

/** `mask` writes `[redacted:<kind>]`, `hash` a keyed hash that can be joined, `drop` removes, `keep` leaves as is. */
export type RedactionMode = 'mask' | 'hash' | 'drop' | 'keep';

/**
 * What happens to a value: `path` is a whole key in any case (`iban`), a path from the root of a payload
 * (`customer.email`, `items[*]."unit.price"`), or one into a tool's payload (`$.tools["billing/*"].args.iban`).
 */
export interface RedactionRule {
  path: string;
  mode: RedactionMode;
}

/** The redaction part of an organization's telemetry settings. */
export interface RedactionSettings {
  /** Whether to look for e-mail addresses, keys, tokens and card numbers in text; default true. */
  scanners?: boolean;
  rules?: readonly RedactionRule[];
}

export interface PathRule extends RedactionPath {
  mode: RedactionMode;
}

/** Rules made ready for use. */
export interface CompiledRules {
  paths: PathRule[];
  findKeyMode: (key: string) => RedactionMode | undefined;
  scanners: boolean;
  hash: ((secret: string) => string) | undefined;
}

const DEFAULT_KEYS = [
  'password',
  'passwd',
  'secret',
  'token',
  'api_key',
  'apikey',
  'authorization',
  'cookie',
  'set-cookie',
  'private_key',
  'client_secret',
  'card_number',
  'cvv',
  'ssn',
];
const MAX_CACHED_KEYS = 2_048;

/** Keys compare without case, `_` and `-`: `client_secret`, `clientSecret` and `Client-Secret` are one key. */
export const normalizeKey = (key: string): string => key.toLowerCase().replace(/[_-]/g, '');

/** Compiles the built-in rules extended or loosened by `settings`. Throws RangeError for a path it cannot read. */
export function compileRules(settings: RedactionSettings, hash: CompiledRules['hash']): CompiledRules {
  const keyModes = new Map<string, RedactionMode>(DEFAULT_KEYS.map((key) => [normalizeKey(key), 'mask']));
  const paths: PathRule[] = [];
  for (const { path, mode } of settings.rules ?? []) {
    if (isKey(path)) keyModes.set(normalizeKey(path), mode);
    else paths.push({ ...parsePath(path), mode });
  }
  return { paths, findKeyMode: createKeyLookup(keyModes), scanners: settings.scanners ?? true, hash };
}

/** Remembers the keys it has seen: payloads repeat a few keys for ever. */
function createKeyLookup(modes: Map<string, RedactionMode>): CompiledRules['findKeyMode'] {
  const seen = new Map<string, RedactionMode | undefined>();
  return (key) => {
    const known = seen.get(key);
    if (known !== undefined || seen.has(key)) return known;
    if (seen.size >= MAX_CACHED_KEYS) seen.clear();
    const mode = modes.get(normalizeKey(key));
    seen.set(key, mode);
    return mode;
  };
}
