import type { Outage, Spent } from './rounds.ts';
import type { Denial, Spenders } from './spenders.ts';
import type { Books } from './verify.ts';

/** A process that was answered lately waits for the server; after this it uses its own part of a cap. */
const CONTACT_MS = 45_000;

/** What the budgets came to. */
export interface Verdict {
  above: number;
  denials: number;
  falseDenials: number;
  /** Reported more than committed. */
  short: number;
  unequal: number;
  /** Of the caps, on average. */
  used: number;
}

interface Evidence {
  cap: number;
  spent: readonly Spent[];
  outages: readonly Outage[];
  spenders: Spenders;
  books: Books;
}

/** Compares what was billed, committed and reported, and looks at what was denied. */
export function judge({ cap, spent, outages, spenders, books }: Evidence): Verdict {
  const verdict = { above: 0, denials: 0, falseDenials: 0, short: 0, unequal: 0, used: 0 };
  for (const { task, lostOne } of spent) {
    const { billed, denials } = spenders.readSpent(task);
    const { committed = 0, reported = 0 } = books.tasks.get(task) ?? {};
    if (billed > cap || committed > cap) verdict.above++;
    verdict.denials += denials.length;
    verdict.falseDenials += denials.filter((denial) => isFalse(denial, outages)).length;
    if (reported > committed) verdict.short++;
    if (!lostOne && (reported !== committed || committed !== billed)) verdict.unequal++;
    verdict.used += billed / cap / spent.length;
  }
  return verdict;
}

/**
 * With a fifth left, as it was told: `… used up: 1200 tokens of 200000 tokens`. A process that could ask nobody was right
 * only where the server was away for so long that it counts as lost.
 */
function isFalse({ denied, at }: Denial, outages: readonly Outage[]): boolean {
  const [, committed, cap] = /: (\d+) tokens of (\d+) tokens/.exec(denied) ?? [];
  if (cap === undefined)
    return !outages.some(({ from, until }) => at - from >= CONTACT_MS && from < at && at < until + CONTACT_MS);
  return Number(committed) <= 0.8 * Number(cap);
}
