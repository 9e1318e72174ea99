import { type CompiledRules, normalizeKey, type RedactionMode } from './rules.ts';
import { isCard } from './secrets/cards.ts';
import { hasSensitiveKey, isAlreadyRedacted, redactMembers, replaceSecret, scanText } from './text.ts';

/** Deeper than any honest payload: what lies below cannot be checked without risking the stack. */
const MAX_DEPTH = 256;

/** Redacts a JSON value by keys and scanners. What did not change is not copied. */
export function walk(rules: CompiledRules, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return walkText(rules, value, depth);
  if (typeof value === 'number') return walkNumber(rules, value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[redacted:depth]';
  return Array.isArray(value) ? walkList(rules, value, depth) : walkRecord(rules, value, depth);
}

/** Text that is itself a JSON object or array with a sensitive key is redacted as such: tools like to return it. */
export function walkText(rules: CompiledRules, text: string, depth: number): string {
  if (isAlreadyRedacted(text)) return text;
  if (!hasSensitiveKey(rules, text)) return scanText(rules, text);
  const parsed = parseStructure(text);
  if (parsed === undefined) return scanText(rules, redactMembers(rules, text));
  const redacted = walk(rules, parsed, depth + 1);
  return redacted === parsed ? text : JSON.stringify(redacted);
}

/** What a rule about a key or a path leaves of a value; `undefined` = remove. Empty values and flags hold no secret. */
export function redactWhole(rules: CompiledRules, value: unknown, kind: string, mode: RedactionMode): unknown {
  if (mode === 'drop') return undefined;
  if (value === null || value === '' || typeof value === 'boolean') return value;
  if (typeof value === 'string' && isAlreadyRedacted(value)) return value;
  return replaceSecret(rules, typeof value === 'string' ? value : JSON.stringify(value), kind, mode);
}

function walkNumber(rules: CompiledRules, value: number): unknown {
  const isLong = rules.scanners && value >= 1e12 && Number.isSafeInteger(value);
  return isLong && isCard(String(value)) ? '[redacted:card]' : value;
}

function walkList(rules: CompiledRules, list: unknown[], depth: number): unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const redacted = walk(rules, list[i], depth + 1);
    if (redacted === list[i]) continue;
    copy ??= [...list];
    copy[i] = redacted;
  }
  return copy ?? list;
}

function walkRecord(rules: CompiledRules, record: object, depth: number): object {
  let changed = false;
  const members: [string, unknown][] = [];
  for (const [key, value] of Object.entries(record)) {
    const member = walkMember(rules, key, value, depth);
    changed ||= member?.[0] !== key || member[1] !== value;
    if (member) members.push(member);
  }
  return changed ? Object.fromEntries(members) : record;
}

function walkMember(rules: CompiledRules, key: string, value: unknown, depth: number): [string, unknown] | undefined {
  const mode = rules.findKeyMode(key);
  if (mode === 'keep') return [key, value];
  if (mode === undefined) return [scanText(rules, key), walk(rules, value, depth + 1)];
  const redacted = redactWhole(rules, value, normalizeKey(key), mode);
  return redacted === undefined ? undefined : [key, redacted];
}

function parseStructure(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON after all, or cut JSON: its members are found in the text.
    return undefined;
  }
}
