import { findCards } from './cards.ts';
import { findEmails } from './emails.ts';
import type { Span } from './spans.ts';
import { findTokens, TOKEN_ANCHORS } from './tokens.ts';

/** Thirteen digits, alone or in groups: the shortest card number. */
const DIGIT_RUN = /\d(?:[ -]?\d){12}/;

/** Whether a text holds any anchor of a secret. False is certain; true means that it is worth scanning. */
export const hasAnchor = (text: string): boolean =>
  text.includes('@') || TOKEN_ANCHORS.some((anchor) => text.includes(anchor)) || DIGIT_RUN.test(text);

/** Every secret in a text, ordered and not overlapping (the earlier, then the longer, wins). Linear in the text. */
export function findSecrets(text: string): Span[] {
  const spans = [...findTokens(text), ...findEmails(text)];
  if (DIGIT_RUN.test(text)) spans.push(...findCards(text));
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = -1;
  return spans.filter((span) => {
    if (span.start < end) return false;
    end = span.end;
    return true;
  });
}
