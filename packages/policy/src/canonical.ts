const MAX_DEPTH = 1_000;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * The one JSON text of a value (RFC 8785): keys sorted by UTF-16 code unit, no white space, ECMAScript numbers.
 * `undefined` and functions are left out as `JSON.stringify` does, and `toJSON` is honoured.
 * Throws TypeError for what RFC 8785 cannot express: NaN, infinities, bigints, lone surrogates, and nesting beyond 1,000.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0) ?? 'null';
}

function write(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : writeObject(value, depth);
    case 'bigint':
      throw new TypeError('a bigint has no JSON form');
    default:
      return undefined;
  }
}

function writeString(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new TypeError('a lone surrogate has no canonical JSON form');
  return JSON.stringify(text);
}

function writeObject(value: object, depth: number): string | undefined {
  if (depth >= MAX_DEPTH) throw new TypeError(`nested deeper than ${MAX_DEPTH}`);
  if ('toJSON' in value && typeof value.toJSON === 'function') return write(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1) ?? 'null').join(',')}]`;
  const record = value as Record<string, unknown>;
  let members = '';
  for (const key of Object.keys(record).sort()) {
    const text = write(record[key], depth + 1);
    if (text !== undefined) members += `${members ? ',' : ''}${writeString(key)}:${text}`;
  }
  return `{${members}}`;
}
