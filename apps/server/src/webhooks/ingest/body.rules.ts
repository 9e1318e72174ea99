const MAX_DEPTH = 100;
/** What PostgreSQL refuses in text or in jsonb. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/**
 * What a call carries: `{}` for nothing; JSON when the content type says so or the text looks like it; else, or when it
 * is broken, nests too deep or holds a number beyond 1e308, its text. What is no UTF-8 becomes U+FFFD.
 */
export function parseBody(body: Buffer, contentType: string | null): unknown {
  if (body.length === 0) return {};
  const text = new TextDecoder().decode(body);
  const json = isJsonLike(text, contentType) ? parseJson(text) : undefined;
  return json === undefined ? replaceUnstorable(text) : json;
}

const isJsonLike = (text: string, contentType: string | null): boolean =>
  (contentType ?? '').toLowerCase().includes('application/json') || /^\s*(?:[{["]|(?:true|false)\s*$)/.test(text);

/** undefined for what is no JSON or cannot be stored as such. */
function parseJson(text: string): unknown {
  try {
    return toStorable(JSON.parse(text), 0);
  } catch {
    return undefined; // broken JSON is kept as text
  }
}

function toStorable(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH || (typeof value === 'number' && !Number.isFinite(value)))
    throw new RangeError('This JSON cannot be stored.');
  if (typeof value === 'string') return replaceUnstorable(value);
  if (Array.isArray(value)) return value.map((item) => toStorable(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [replaceUnstorable(key), toStorable(item, depth + 1)]),
  );
}

const replaceUnstorable = (text: string): string => text.replace(UNSTORABLE, '\ufffd');
