import { type CompiledRules, normalizeKey, type RedactionMode } from './rules.ts';
import { findSecrets, hasAnchor } from './secrets/scanners.ts';

const ALREADY_REDACTED = /^\[(?:redacted|hashed):[\w.-]{1,64}(?::[0-9a-f]{8,64})?\]$/;
const MAX_KEY_LENGTH = 128;
const MAX_BARE_LENGTH = 256;

/** What stands in place of a secret. Redacting it again changes nothing. */
export function replaceSecret(rules: CompiledRules, secret: string, kind: string, mode: RedactionMode): string {
  if (mode === 'drop') return '';
  return mode === 'hash' && rules.hash ? `[hashed:${kind}:${rules.hash(secret)}]` : `[redacted:${kind}]`;
}

export const isAlreadyRedacted = (text: string): boolean => ALREADY_REDACTED.test(text);

/** Redacts the secrets that announce themselves in a text. */
export function scanText(rules: CompiledRules, text: string): string {
  if (!rules.scanners || !hasAnchor(text)) return text;
  let out = '';
  let from = 0;
  for (const { start, end, kind } of findSecrets(text)) {
    out += `${text.slice(from, start)}[redacted:${kind}]`;
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

interface Member {
  key: string;
  mode: RedactionMode;
  /** Where the value begins, after the colon. */
  valueAt: number;
}

/** Whether JSON text names a sensitive key, also inside JSON that stands in a string (`\"password\":`). */
export const hasSensitiveKey = (rules: CompiledRules, text: string): boolean =>
  findSensitiveMember(rules, text, 0) !== undefined;

/** Redacts the values of sensitive keys in JSON that is cut or stands within prose. */
export function redactMembers(rules: CompiledRules, text: string): string {
  let out = '';
  let from = 0;
  for (let member = findSensitiveMember(rules, text, 0); member; member = findSensitiveMember(rules, text, from)) {
    const [start, end] = findScalar(text, member.valueAt);
    const value = text.slice(start, end);
    const isOpen = value !== '' && !/^(?:null|true|false)$/.test(value) && !isAlreadyRedacted(value);
    out +=
      text.slice(from, start) + (isOpen ? replaceSecret(rules, value, normalizeKey(member.key), member.mode) : value);
    from = Math.max(end, member.valueAt);
  }
  return from === 0 ? text : out + text.slice(from);
}

function findSensitiveMember(rules: CompiledRules, text: string, from: number): Member | undefined {
  const member = /"\s*:\s*/g;
  member.lastIndex = from;
  for (let match = member.exec(text); match; match = member.exec(text)) {
    let end = match.index;
    while (text[end - 1] === '\\') end--;
    const start = text.lastIndexOf('"', end - 1);
    if (start === -1 || end - start > MAX_KEY_LENGTH) continue;
    const key = text.slice(start + 1, end);
    const mode = rules.findKeyMode(key);
    if (mode !== undefined && mode !== 'keep') return { key, mode, valueAt: member.lastIndex };
  }
  return undefined;
}

/** The range of a string (without its quotes, however escaped) or bare value; empty before an object or array. */
function findScalar(text: string, at: number): [number, number] {
  const quote = /\\*"/y;
  quote.lastIndex = at;
  const open = quote.exec(text)?.[0];
  if (open === undefined)
    return [at, at + (/^[^\s,{}[\]"\\]*/.exec(text.slice(at, at + MAX_BARE_LENGTH))?.[0].length ?? 0)];
  const start = at + open.length;
  let end = text.indexOf(open, start);
  while (end !== -1 && text[end - 1] === '\\') end = text.indexOf(open, end + open.length);
  return [start, end === -1 ? text.length : end];
}
