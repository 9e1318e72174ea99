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
 * `[{message: {role}}]`. Undefined when there is none.
 */
export function unflatten(attributes: Attributes, prefix: string): unknown[] | undefined {
  const start = `${prefix}.`;
  const items: Attributes[] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (!key.startsWith(start)) continue;
    const [index = '', ...path] = key.slice(start.length).split('.');
    if (!/^\d{1,4}$/.test(index) || path.length === 0) continue;
    const item = items[Number(index)] ?? {};
    items[Number(index)] = item;
    item[path.join('.')] = typeof value === 'string' ? expand(value) : value;
  }
  const found = items.filter((item) => item !== undefined);
  return found.length > 0 ? found : undefined;
}
