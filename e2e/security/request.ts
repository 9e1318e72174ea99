import { BODIES, QUERIES } from './bodies.ts';
import type { Api, JsonSchema, Operation } from './operations.ts';
import type { Ids } from './world/rows.ts';

/** A call of an operation. */
export interface Request {
  method: Operation['method'];
  url: string;
  body?: unknown;
  contentType?: string;
}

/** What stands in `world/mirror`, a file that every agent may have, and the first version of a policy. */
const PUBLIC_NAMES: Record<string, string> = { handle: 'someone', slug: 'quiet', name: 'SOUL.md', version: '1' };

/** What addresses call the row that a parameter names; see {@link Ids}. */
export function keyOf(path: string, param: string): string {
  if (param === 'memory_id' && /group/.test(path)) return 'group_memory_id';
  if (param !== 'id') return param;
  return `${path.split('/{id}')[0]?.split('/').at(-1)}/id`;
}

/** The operation on the rows of `ids`, with every query and body field that names a row naming one of `named`. */
export function buildRequest(api: Api, operation: Operation, { ids, named = ids }: { ids: Ids; named?: Ids }): Request {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, param: string) => {
    const id = PUBLIC_NAMES[param] ?? ids[keyOf(operation.path, param)];
    if (id === undefined) throw new Error(`${operation.name}: rows.ts makes no ${keyOf(operation.path, param)}`);
    return encodeURIComponent(id);
  });
  const query = new URLSearchParams({
    ...Object.fromEntries(
      operation.query
        .filter(({ name, required }) => required || findId(name, named) !== undefined)
        .map(({ name, schema }) => [name, findId(name, { ...ids, ...named }) ?? String(sample(api, schema, ids))]),
    ),
    ...QUERIES[operation.name]?.(Object.keys(named).length > 0 ? named : ids),
  }).toString();
  const made = BODIES[operation.name]?.(named) ?? (operation.body && sample(api, operation.body, named));
  return {
    method: operation.method,
    url: query === '' ? path : `${path}?${query}`,
    ...(made !== undefined && { body: made }),
    ...(operation.contentType !== undefined && { contentType: operation.contentType }),
  };
}

/** The smallest value of a schema, with the fields that name rows filled from `ids`. */
export function sample(api: Api, schema: JsonSchema, ids: Ids): unknown {
  const found = api.resolve(schema);
  if (found.const !== undefined) return found.const;
  if (found.enum) return found.enum.find((value) => value !== null);
  const choice = found.anyOf ?? found.oneOf;
  if (choice) return sample(api, choice.find((part) => part.type !== 'null') ?? {}, ids);
  if (found.allOf) return Object.assign({}, ...found.allOf.map((part) => sample(api, part, ids)));
  return sampleType(api, found, ids);
}

function sampleType(api: Api, schema: JsonSchema, ids: Ids): unknown {
  switch ([schema.type].flat()[0]) {
    case 'object':
      return sampleObject(api, schema, ids);
    case 'array':
      return (schema.minItems ?? 0) > 0 ? [sample(api, schema.items ?? {}, ids)] : [];
    case 'integer':
    case 'number':
      return schema.minimum !== undefined && Math.abs(schema.minimum) < 2 ** 53 ? Math.max(schema.minimum, 1) : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return sampleText(schema);
  }
}

function sampleObject(api: Api, { properties = {}, required = [] }: JsonSchema, ids: Ids): object {
  const entries = Object.entries(properties);
  // Something must change, so that a patch which is wrongly let through is seen.
  const wanted = entries.filter(([name, schema]) => required.includes(name) || namesRow(api, name, schema, ids));
  const chosen = wanted.length > 0 ? wanted : entries.slice(0, 1);
  return Object.fromEntries(chosen.map(([name, schema]) => [name, sampleField(api, name, schema, ids)]));
}

function sampleField(api: Api, name: string, schema: JsonSchema, ids: Ids): unknown {
  if (name.endsWith('_ids')) return [findId(name.slice(0, -1), ids) ?? sample(api, schema, ids)].flat();
  const found = api.resolve(schema);
  if (namesRow(api, name, schema, ids) && found.items) return [sample(api, found.items, ids)];
  return findId(name, ids) ?? sample(api, schema, ids);
}

/** Whether a field holds ids of rows, itself or in a list of objects. */
function namesRow(api: Api, name: string, schema: JsonSchema, ids: Ids): boolean {
  if (findId(name.replace(/_ids$/, '_id'), ids) !== undefined) return true;
  const items = api.resolve(schema).items;
  return Object.keys((items && api.resolve(items).properties) ?? {}).some((field) => findId(field, ids) !== undefined);
}

/** The row that a field means: `assigned_agent_id` an agent, `board_group_id` a group. The author is never taken from a body. */
function findId(name: string, ids: Ids): string | undefined {
  if (name === 'created_by_user_id') return undefined;
  if (ids[name] !== undefined) return ids[name];
  return Object.entries(ids).find(([key]) => name.endsWith(`_${key}`))?.[1];
}

const FORMATS: Record<string, string> = {
  uuid: '00000000-0000-4000-8000-000000000000',
  'date-time': '2026-01-31T08:00:00Z',
  date: '2026-01-31',
  uri: 'https://example.com',
  url: 'https://example.com',
  email: 'someone@example.com',
};

const HASH = /^\^\[0-9a-f\]\{(\d+)\}\$$/;

function sampleText({ format = '', pattern = '', minLength = 1 }: JsonSchema): string {
  const digits = HASH.exec(pattern)?.[1];
  return FORMATS[format] ?? (digits === undefined ? 'x'.repeat(Math.max(minLength, 1)) : '0'.repeat(Number(digits)));
}
