import type { Redactor } from '@mission-control/policy/redact';

const MAX_KEYS = 10_000;
const MAX_DEPTH = 64;
/** Digits in a row from which a text could hold a card number. */
const CARD_DIGITS = 13;

/**
 * Tells quickly that a value holds nothing to redact. False only means that it is worth a closer look. It knows the
 * shapes of secrets less exactly than the redactor does and costs a tenth of it (a test holds it to that).
 */
export function createHarmlessCheck(redactor: Redactor): (value: unknown) => boolean {
  const keys = new Map<string, boolean>();
  const isHarmlessKey = (key: string): boolean => {
    const known = keys.get(key);
    if (known !== undefined) return known;
    if (keys.size >= MAX_KEYS) keys.clear();
    const isHarmless = !redactor.mayHoldSecret(`${JSON.stringify(key)}:`);
    keys.set(key, isHarmless);
    return isHarmless;
  };
  const isHarmless = (value: unknown, depth: number): boolean => {
    if (typeof value === 'string') return isHarmlessText(value);
    if (typeof value === 'number') return value < 1e12 || !Number.isSafeInteger(value);
    if (typeof value !== 'object' || value === null) return true;
    if (depth > MAX_DEPTH) return false;
    if (Array.isArray(value)) return value.every((item) => isHarmless(item, depth + 1));
    for (const key in value) {
      if (!isHarmlessKey(key) || !isHarmless((value as Record<string, unknown>)[key], depth + 1)) return false;
    }
    return true;
  };
  return (value) => isHarmless(value, 0);
}

const [QUOTE, DASH, AT, A, J, UNDERSCORE, X] = [...'"-@AJ_x'].map((char) => char.charCodeAt(0));
const I = 73;
const Y = 121;
const SMALL_K = 107;
const SMALL_O = 111;
const SPACE = 32;

/** Whether no secret begins anywhere in a text: neither an anchor, nor JSON, nor a long run of digits. */
export function isHarmlessText(text: string): boolean {
  let digits = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      if (++digits === CARD_DIGITS) return false;
    } else {
      if (isAnchor(before, code)) return false;
      // Card numbers may be grouped by single spaces or hyphens.
      if (code !== SPACE && code !== DASH) digits = 0;
    }
    before = code;
  }
  return true;
}

/** The rarest pair of characters of each anchor: `sk-`, `eyJ`, `AKIA`, `xox`, `-----BEGIN`, `ghp_`; `@` and `"` alone. */
function isAnchor(before: number, code: number): boolean {
  switch (code) {
    case AT:
    case QUOTE:
    case UNDERSCORE:
      return true;
    case DASH:
      return before === SMALL_K || before === DASH;
    case J:
      return before === Y;
    case A:
      return before === I;
    case X:
      return before === SMALL_O;
    default:
      return false;
  }
}
