import { findNearest, type Range, type Report, replaceText } from '../findings.ts';
import type { Entry, Located, LocatedMap } from '../located.ts';

export type JsonSchema = Record<string, unknown>;

/** How a part of a policy is read, and its JSON Schema for editors. What cannot be read is reported, and undefined. */
export interface Shape<T> {
  read(value: Located, report: Report): T | undefined;
  schema: JsonSchema;
}

/** A value with its place. */
export interface At<T> {
  value: T;
  at: Range;
}

const wrong = (report: Report, { at }: Located, what: string): undefined => {
  report.error(at, { code: 'MC103', message: `This must be ${what}.` });
  return undefined;
};

export const located = <T>(shape: Shape<T>): Shape<At<T>> => ({
  schema: shape.schema,
  read(value, report) {
    const read = shape.read(value, report);
    return read === undefined ? undefined : { value: read, at: value.at };
  },
});

export const text = (maxLength = 2_000): Shape<string> => ({
  schema: { type: 'string', minLength: 1, maxLength },
  read(value, report) {
    const isText = value.kind === 'scalar' && typeof value.value === 'string';
    if (!isText || value.value === '') return wrong(report, value, 'a text');
    return String(value.value).length <= maxLength
      ? String(value.value)
      : wrong(report, value, `at most ${maxLength} characters long`);
  },
});

export const SLUG = '^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$';

export const slug: Shape<string> = {
  schema: { type: 'string', pattern: SLUG },
  read(value, report) {
    if (value.kind === 'scalar' && typeof value.value === 'string' && new RegExp(SLUG).test(value.value))
      return value.value;
    return wrong(report, value, 'a name of 1 to 64 lower-case letters, digits and hyphens, such as token-cap');
  },
};

export const number = ({
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
  whole = false,
} = {}): Shape<number> => ({
  schema: {
    type: whole ? 'integer' : 'number',
    ...(Number.isFinite(min) ? { minimum: min } : {}),
    ...(Number.isFinite(max) ? { maximum: max } : {}),
  },
  read(value, report) {
    const found = value.kind === 'scalar' ? value.value : undefined;
    const isRight = typeof found === 'number' && Number.isFinite(found) && found >= min && found <= max;
    if (isRight && (!whole || Number.isSafeInteger(found))) return found;
    const bounds = Number.isFinite(max) ? ` from ${min} to ${max}` : Number.isFinite(min) ? ` of at least ${min}` : '';
    return wrong(report, value, `a ${whole ? 'whole ' : ''}number${bounds}`);
  },
});

export const flag: Shape<boolean> = {
  schema: { type: 'boolean' },
  read: (value, report) =>
    value.kind === 'scalar' && typeof value.value === 'boolean' ? value.value : wrong(report, value, 'true or false'),
};

const UNITS_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds, written `90s`, `5m`, `2h` or `1d`. */
export const duration: Shape<number> = {
  schema: { type: 'string', pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$' },
  read(value, report) {
    const found = value.kind === 'scalar' ? value.value : undefined;
    const [, amount, unit] = typeof found === 'string' ? (/^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(found) ?? []) : [];
    if (amount !== undefined && unit !== undefined && Number(amount) > 0) return Number(amount) * (UNITS_MS[unit] ?? 1);
    const fix = typeof found === 'number' ? replaceText('Add the unit', value.at, `${found}s`) : undefined;
    report.error(value.at, { code: 'MC103', message: 'A duration has a unit: 90s, 5m, 2h or 1d.', fix });
    return undefined;
  },
};

/** 0..1, written `15%`. */
export const percent: Shape<number> = {
  schema: { type: 'string', pattern: '^\\d+(\\.\\d+)?%$' },
  read(value, report) {
    const found = value.kind === 'scalar' ? value.value : undefined;
    const amount = typeof found === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(found)?.[1] : undefined;
    if (amount !== undefined && Number(amount) <= 100) return Number(amount) / 100;
    const fix = typeof found === 'number' ? replaceText('Add the unit', value.at, `${found}%`) : undefined;
    report.error(value.at, { code: 'MC103', message: 'A share has a percent sign: 15%.', fix });
    return undefined;
  },
};

export const oneOf = <T extends string>(...words: readonly T[]): Shape<T> => ({
  schema: { enum: words },
  read(value, report) {
    const found = value.kind === 'scalar' ? value.value : undefined;
    // YAML has a null of its own, and `type: null` means the word.
    const word = words.find((one) => one === (found === null ? 'null' : found));
    if (word !== undefined) return word;
    const nearest = typeof found === 'string' ? findNearest(found, words) : undefined;
    const fix = nearest ? replaceText(`Change to ${nearest}`, value.at, nearest) : undefined;
    report.error(value.at, { code: 'MC103', message: `This must be one of ${words.join(', ')}.`, fix });
    return undefined;
  },
});

export const listOf = <T>(shape: Shape<T>, max = 1_000): Shape<T[]> => ({
  schema: { type: 'array', items: shape.schema, maxItems: max },
  read(value, report) {
    if (value.kind !== 'list') return wrong(report, value, 'a list');
    if (value.items.length > max) return wrong(report, value, `a list of at most ${max}`);
    const items = value.items.map((item) => shape.read(item, report));
    return items.includes(undefined) ? undefined : (items as T[]); // none is undefined
  },
});

/** A list, or one item alone. */
export const someOf = <T>(shape: Shape<T>): Shape<T[]> => {
  const list = listOf(shape);
  return {
    schema: { anyOf: [shape.schema, list.schema] },
    read(value, report) {
      if (value.kind === 'list') return list.read(value, report);
      const item = shape.read(value, report);
      return item === undefined ? undefined : [item];
    },
  };
};

export type Fields = Record<string, Shape<unknown>>;
type ValueOf<S> = S extends Shape<infer T> ? T : never;
/** What an object with these fields reads as: those of `required` stand there. */
export type Read<F extends Fields, R extends keyof F> = { [K in R]: ValueOf<F[K]> } & {
  [K in Exclude<keyof F, R>]?: ValueOf<F[K]>;
};

/** An object with these fields and no others. */
export const object = <F extends Fields, R extends keyof F & string = never>(
  fields: F,
  required: readonly R[] = [],
): Shape<Read<F, R>> => ({
  schema: {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  },
  read(value, report) {
    if (value.kind !== 'map') return wrong(report, value, `an object with ${Object.keys(fields).join(', ')}`);
    return readFields(value, fields, { required, report }) as Read<F, R> | undefined;
  },
});

interface Reading {
  required: readonly string[];
  report: Report;
}

/** The fields that can be read; undefined when one cannot, is missing or unknown. */
export function readFields(
  map: LocatedMap,
  fields: Fields,
  { required, report }: Reading,
): Record<string, unknown> | undefined {
  let isWhole = true;
  const read: Record<string, unknown> = {};
  for (const entry of map.entries) {
    const shape = Object.hasOwn(fields, entry.key) ? fields[entry.key] : undefined;
    if (!shape) reportUnknown(entry, Object.keys(fields), report);
    const value = shape?.read(entry.value, report);
    isWhole &&= value !== undefined;
    read[entry.key] = value;
  }
  for (const name of required.filter((one) => !map.entries.some(({ key }) => key === one))) {
    report.error(map.at, { code: 'MC102', message: `"${name}" is missing here.` });
    isWhole = false;
  }
  return isWhole ? read : undefined;
}

/** A key that is not of the language, with the one that was meant, if that can be guessed. */
export function reportUnknown({ key, at }: Entry, known: readonly string[], report: Report): void {
  const nearest = findNearest(key, known);
  const fix = nearest === undefined ? undefined : replaceText(`Change to ${nearest}`, at, nearest);
  const hint = nearest === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  report.error(at, { code: 'MC101', message: `"${key}" is not known here. ${hint}`, fix });
}
