import type { ManifestTool } from '../versions/manifest.schema.ts';
import type { DriftItem } from './declarations.schema.ts';

/** A call with its arguments as they were kept, whole and not redacted. */
export interface SeenCall {
  tool: string;
  args: unknown;
  last_seen_at: string;
  run_id: string;
}

/** Tools that were called with arguments that their declared schema does not allow; each once, by the newest such call. */
export function compareArguments(tools: readonly ManifestTool[], calls: readonly SeenCall[]): DriftItem[] {
  return tools.flatMap(({ name, schema }): DriftItem[] => {
    const failing = calls
      .filter(({ tool }) => tool === name)
      .flatMap((call) => {
        const why = findMisfit(schema, call.args, '');
        return why === undefined ? [] : [{ call, why }];
      })
      .toSorted((a, b) => (a.call.last_seen_at < b.call.last_seen_at ? 1 : -1));
    const [last] = failing;
    if (!last) return [];
    const text = `The tool ${name} is called with arguments that it has not declared: ${last.why}.`;
    const { last_seen_at, run_id } = last.call;
    return [{ kind: 'arguments', name, count: failing.length, last_seen_at, example_run_id: run_id, text: cut(text) }];
  });
}

const MAX_TEXT = 500;
const cut = (text: string): string => text.slice(0, MAX_TEXT).toWellFormed();
const MAX_DEPTH = 20;

/**
 * Why a value does not fit a JSON Schema, by its type, its members and its choices; undefined where it fits, and for what
 * of the schema is not looked at (references, combinations, formats). Tells no value.
 */
function findMisfit(schema: unknown, value: unknown, path: string, depth = 0): string | undefined {
  if (!isRecord(schema) || depth > MAX_DEPTH || '$ref' in schema) return undefined;
  const place = path === '' ? 'all of it' : path;
  const types = [schema.type].flat().filter((type) => typeof type === 'string');
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) return `${place} must be ${types.join(' or ')}`;
  if (Array.isArray(schema.enum) && isPlain(value) && !schema.enum.includes(value))
    return `${place} is none of the declared choices`;
  if (Array.isArray(value))
    return findFirst(value, (item, i) => findMisfit(schema.items, item, `${path}[${i}]`, depth + 1));
  return isRecord(value) ? findMember(schema, value, path, depth) : undefined;
}

function findMember(schema: Record<string, unknown>, value: Record<string, unknown>, path: string, depth: number) {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const missing = [schema.required].flat().find((name) => typeof name === 'string' && !Object.hasOwn(value, name));
  if (typeof missing === 'string') return `${at(missing)} is missing`;
  const isClosed = schema.additionalProperties === false && !('patternProperties' in schema);
  return findFirst(Object.entries(value), ([name, member]) => {
    if (Object.hasOwn(properties, name)) return findMisfit(properties[name], member, at(name), depth + 1);
    return isClosed ? `${at(name)} is not declared` : undefined;
  });
}

function findFirst<T>(items: readonly T[], find: (item: T, i: number) => string | undefined): string | undefined {
  for (const [i, item] of items.entries()) {
    const found = find(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  if (type === 'integer') return Number.isInteger(value);
  // What is no type of JSON Schema is not looked at.
  return !['string', 'number', 'boolean'].includes(type) || typeof value === type;
}
