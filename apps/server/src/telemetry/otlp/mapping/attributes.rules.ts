import type { Attributes } from '../wire/span.ts';
import type { TokenCounts } from './classified.ts';

/** The first of these attributes that is text. */
export function findText(attributes: Attributes, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The first of these that is there; text that is JSON of a list or an object is read. */
export function findJson(attributes: Attributes, ...keys: string[]): unknown {
  for (const key of keys) {
    const value = attributes[key];
    if (value !== undefined && value !== null) return typeof value === 'string' ? expand(value) : value;
  }
  return undefined;
}

function expand(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // cut by the exporter, or never JSON
  }
}

function findCount(attributes: Attributes, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0)
      return Math.min(Math.round(value), 2_147_483_647);
  }
  return undefined;
}

/** Where a dialect writes its counts, the best name first. */
export type TokenKeys = Record<keyof TokenCounts, readonly string[]>;

/**
 * Reads tokens. Some report `input` without the cache parts: where these exceed it, they are added. Undefined when
 * nothing was counted.
 */
export function readTokens(attributes: Attributes, keys: TokenKeys): TokenCounts | undefined {
  const input = findCount(attributes, keys.input);
  const output = findCount(attributes, keys.output);
  if (input === undefined && output === undefined) return undefined;
  const cacheRead = findCount(attributes, keys.cache_read) ?? 0;
  const cacheWrite = findCount(attributes, keys.cache_write) ?? 0;
  const cached = cacheRead + cacheWrite;
  return {
    input: cached > (input ?? 0) ? (input ?? 0) + cached : (input ?? 0),
    cache_read: cacheRead,
    cache_write: cacheWrite,
    output: output ?? 0,
    reasoning: findCount(attributes, keys.reasoning) ?? 0,
  };
}

/**
 * Puts flattened lists together: `llm.input_messages.0.message.role` under the prefix `llm.input_messages` gives
 * `[{role}]`, a wrapper around every item (`message`) left out. Undefined when there is none.
 */
export function unflatten(attributes: Attributes, prefix: string, wrapper?: string): unknown[] | undefined {
  const start = `${prefix}.`;
  const items: Tree = new Map();
  for (const [key, value] of Object.entries(attributes)) {
    if (!key.startsWith(start)) continue;
    const [index = '', ...rest] = key.slice(start.length).split('.');
    const path = rest[0] === wrapper ? rest.slice(1) : rest;
    if (INDEX.test(index) && path.length > 0 && path.length <= MAX_PATH)
      place(items, [index, ...path], typeof value === 'string' ? expand(value) : value);
  }
  const list = toList(items);
  return list.length > 0 ? list : undefined;
}

const INDEX = /^\d{1,4}$/;
const MAX_PATH = 16;

type Tree = Map<string, unknown>;

function place(tree: Tree, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    tree.set(key, value);
    return;
  }
  const known = tree.get(key);
  const inner: Tree = known instanceof Map ? known : new Map();
  tree.set(key, inner);
  place(inner, rest, value);
}

/** Objects again, lists where every key is an index. */
function toPlain(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  const tree: Tree = value;
  return [...tree.keys()].every((key) => INDEX.test(key))
    ? toList(tree)
    : Object.fromEntries([...tree].map(([key, item]) => [key, toPlain(item)]));
}

const toList = (tree: Tree): unknown[] =>
  [...tree].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, item]) => toPlain(item));
