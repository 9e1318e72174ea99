import { Problem } from '../../problem.ts';

const MAX_DEPTH = 100;
/** What PostgreSQL refuses in text or in jsonb. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

const invalid = (message: string, type: string, loc: (string | number)[] = ['body']) =>
  new Problem('request.invalid', 422, message, { body: [{ loc, msg: message, type }] });

/** Parses a request body. Throws `request.invalid` for what is no JSON, nests too deep or holds what cannot be stored. */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`The body is not valid JSON: ${(error as SyntaxError).message}.`, 'json_invalid');
  }
  assertStorable(value);
  return value;
}

/** Walks without recursion, so that depth costs no stack. Every later step may recurse. */
function assertStorable(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw invalid(`The body nests deeper than ${MAX_DEPTH} levels.`, 'json_too_deep');
    if (!level.every(isStorable))
      throw invalid(
        'The body holds what cannot be stored: a NUL character, half a surrogate pair or a number beyond 1e308.',
        'json_unstorable',
      );
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.entries(value).flat() : []));
  }
}

const isStorable = (value: unknown): boolean =>
  typeof value === 'string' ? !UNSTORABLE.test(value) : typeof value !== 'number' || Number.isFinite(value);

/** Throws `request.invalid` when the path or query holds a NUL character. */
export function assertStorableUrl(url: string): void {
  if (url.includes('%00')) throw invalid('The address holds a NUL character (%00).', 'string_nul', ['path']);
}
