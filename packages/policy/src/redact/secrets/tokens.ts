import type { Span } from './spans.ts';

interface TokenShape {
  anchor: string;
  kind: Span['kind'];
  /** Where the secret that begins at `start` ends, or -1 when there is none. */
  findEnd: (text: string, start: number) => number;
}

const BASE64URL = /[A-Za-z0-9_-]*/y;
const ALPHANUMERIC = /[A-Za-z0-9]*/y;

function runEnd(alphabet: RegExp, text: string, from: number): number {
  alphabet.lastIndex = from;
  alphabet.test(text);
  return alphabet.lastIndex;
}

/** A shape of at least `min` characters after the anchor. */
const ofLength =
  (alphabet: RegExp, anchor: string, min: number): TokenShape['findEnd'] =>
  (text, start) => {
    const from = start + anchor.length;
    const end = runEnd(alphabet, text, from);
    return end - from >= min ? end : -1;
  };

const isWord = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** Whether a word can begin here; an escape before it (`\n`, `%20`) is no letter of the word. */
function startsWord(text: string, at: number): boolean {
  if (at === 0 || !isWord(text.charCodeAt(at - 1))) return true;
  return (/[nrtbf]/.test(text[at - 1] ?? '') && text[at - 2] === '\\') || text[at - 3] === '%';
}

/** `sk-` also ends words (`task-`) and begins kebab-case: a key stands alone and holds a digit or a capital. */
function findApiKeyEnd(text: string, start: number): number {
  if (!startsWord(text, start)) return -1;
  const end = runEnd(BASE64URL, text, start + 3);
  return end - start >= 19 && /[A-Z0-9]/.test(text.slice(start + 3, end)) ? end : -1;
}

/** Header, payload and signature (or the five parts of a JWE), each base64url, joined by dots. */
function findJwtEnd(text: string, start: number): number {
  const header = runEnd(BASE64URL, text, start);
  if (header - start < 10 || text[header] !== '.') return -1;
  let end = runEnd(BASE64URL, text, header + 1);
  if (text[end] !== '.') return -1;
  for (let parts = 0; parts < 3 && text[end] === '.'; parts++) end = runEnd(BASE64URL, text, end + 1);
  return end;
}

/** To the end line of the block, or of the text: an open block may hold the whole key. */
function findPemEnd(text: string, start: number): number {
  const footer = text.indexOf('-----END', start);
  if (footer === -1) return text.length;
  const close = text.indexOf('-----', footer + 8);
  return close === -1 ? text.length : close + 5;
}

function findSlackEnd(text: string, start: number): number {
  if (!/[abeoprs]/.test(text[start + 3] ?? '') || text[start + 4] !== '-') return -1;
  const end = runEnd(BASE64URL, text, start + 5);
  return end - start >= 15 ? end : -1;
}

const SHAPES: TokenShape[] = [
  { anchor: 'sk-', kind: 'api_key', findEnd: findApiKeyEnd },
  { anchor: 'mcs_', kind: 'api_key', findEnd: ofLength(BASE64URL, 'mcs_', 30) },
  { anchor: 'mca_', kind: 'api_key', findEnd: ofLength(BASE64URL, 'mca_', 30) },
  { anchor: 'eyJ', kind: 'jwt', findEnd: findJwtEnd },
  { anchor: 'AKIA', kind: 'aws_key', findEnd: ofLength(ALPHANUMERIC, 'AKIA', 16) },
  { anchor: 'ASIA', kind: 'aws_key', findEnd: ofLength(ALPHANUMERIC, 'ASIA', 16) },
  { anchor: 'ghp_', kind: 'github_token', findEnd: ofLength(ALPHANUMERIC, 'ghp_', 20) },
  { anchor: 'gho_', kind: 'github_token', findEnd: ofLength(ALPHANUMERIC, 'gho_', 20) },
  { anchor: 'ghs_', kind: 'github_token', findEnd: ofLength(ALPHANUMERIC, 'ghs_', 20) },
  { anchor: 'github_pat_', kind: 'github_token', findEnd: ofLength(BASE64URL, 'github_pat_', 20) },
  { anchor: 'xox', kind: 'slack_token', findEnd: findSlackEnd },
  { anchor: '-----BEGIN', kind: 'pem', findEnd: findPemEnd },
];

export const TOKEN_ANCHORS = SHAPES.map((shape) => shape.anchor);

/** Tokens that announce themselves by a prefix. */
export function findTokens(text: string): Span[] {
  const spans: Span[] = [];
  for (const { anchor, kind, findEnd } of SHAPES) {
    let start = text.indexOf(anchor);
    while (start !== -1) {
      const end = findEnd(text, start);
      if (end !== -1) spans.push({ start, end, kind });
      start = text.indexOf(anchor, Math.max(end, start + anchor.length));
    }
  }
  return spans;
}
