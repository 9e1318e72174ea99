import type { Span } from './spans.ts';

const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
const LOCAL = /[A-Za-z0-9._%+'\u00a1-\u1fff\u3040-\uffff-]/;
const DOMAIN = new RegExp(`[A-Za-z0-9.\\u00a1-\\u1fff\\u3040-\\uffff-]{1,${MAX_DOMAIN}}`, 'y');
const TOP_LEVEL = /\.(?:xn--[A-Za-z0-9-]{1,59}|[A-Za-z\u00a1-\u1fff\u3040-\uffff]{2,63})$/;

/** E-mail addresses, found from their `@` outwards by a bounded number of characters. */
export function findEmails(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = findLocalStart(text, at);
    const end = findDomainEnd(text, at + 1);
    if (start < at && end > at) spans.push({ start, end, kind: 'email' });
  }
  return spans;
}

function findLocalStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < MAX_LOCAL && LOCAL.test(text[start - 1] ?? '')) start--;
  return start;
}

function findDomainEnd(text: string, from: number): number {
  DOMAIN.lastIndex = from;
  const domain = DOMAIN.exec(text)?.[0].replace(/[.-]+$/, '') ?? '';
  return TOP_LEVEL.test(domain) ? from + domain.length : -1;
}
