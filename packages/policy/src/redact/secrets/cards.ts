import type { Span } from './spans.ts';

/** Groups of digits joined by one space or hyphen; no part of a word (an escape such as `\n` is none) or of a decimal. */
const DIGIT_GROUPS = /(?<!\w(?<!\\[nrtbf])|\d\.)\d+(?:[ -]\d+)*(?!\w|\.\d)/g;
const MIN_DIGITS = 13;
const MAX_DIGITS = 19;

/** First digits and lengths of the large issuers; without them every tenth timestamp would pass for a card. */
const ISSUERS = [
  /^4(?:\d{12}|\d{15}|\d{18})$/,
  /^(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})$/,
  /^3[47]\d{13}$/,
  /^(?:6011\d{12}|65\d{14}|64[4-9]\d{13})$/,
  /^3(?:0[0-5]|[68]\d)\d{11}$/,
  /^35(?:2[89]|[3-8]\d)\d{12}$/,
  /^62\d{14,17}$/,
];

/** Card numbers: whole groups that together are digits of a known issuer whose Luhn sum holds. */
export function findCards(text: string): Span[] {
  const spans: Span[] = [];
  for (const run of text.matchAll(DIGIT_GROUPS)) {
    const groups = [...run[0].matchAll(/\d+/g)];
    for (let first = 0; first < groups.length; first++) {
      const last = findCardEnd(groups, first);
      const [from, to] = [groups[first], groups[last]];
      if (!from || !to) continue;
      spans.push({ start: run.index + from.index, end: run.index + to.index + to[0].length, kind: 'card' });
      first = last;
    }
  }
  return spans;
}

/** The group with which a card number that begins at `first` ends, or -1. */
function findCardEnd(groups: RegExpExecArray[], first: number): number {
  let digits = '';
  for (let i = first; i < groups.length; i++) {
    digits += groups[i]?.[0];
    if (digits.length > MAX_DIGITS) return -1;
    if (digits.length >= MIN_DIGITS && isCard(digits)) return i;
  }
  return -1;
}

/** Whether digits are a card number. */
export const isCard = (digits: string): boolean => ISSUERS.some((issuer) => issuer.test(digits)) && hasLuhnSum(digits);

/** Every second digit from the right is doubled, and the digits of all add up to a multiple of ten. */
function hasLuhnSum(digits: string): boolean {
  let sum = 0;
  for (let i = 1; i <= digits.length; i++) {
    const weighted = Number(digits.at(-i)) * (i % 2 === 0 ? 2 : 1);
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
