/** A stretch of the source; lines and columns begin at 1, the end is behind the last character. */
export interface Range {
  line: number;
  col: number;
  end_line: number;
  end_col: number;
}

export interface Fix {
  title: string;
  edits: { range: Range; text: string }[];
}

/** What lint says of one place. */
export interface Finding extends Range {
  /** `MC100` and so on; `docs/policies.md` lists them. */
  code: string;
  severity: 'error' | 'warning' | 'info';
  message: string;
  fix?: Fix;
}

type Words = Pick<Finding, 'code' | 'message'> & { fix?: Fix | undefined };

const MAX_FINDINGS = 500;

/** Gathers what is found. */
export class Report {
  readonly #findings: Finding[] = [];

  get hasErrors(): boolean {
    return this.#findings.some(({ severity }) => severity === 'error');
  }

  error(at: Range, words: Words): void {
    this.#add('error', at, words);
  }

  warn(at: Range, words: Words): void {
    this.#add('warning', at, words);
  }

  inform(at: Range, words: Words): void {
    this.#add('info', at, words);
  }

  /** In the order of the source, the first 500. */
  toFindings(): Finding[] {
    return this.#findings.toSorted((a, b) => a.line - b.line || a.col - b.col).slice(0, MAX_FINDINGS);
  }

  #add(severity: Finding['severity'], at: Range, { code, message, fix }: Words): void {
    const { line, col, end_line, end_col } = at;
    this.#findings.push({ code, severity, message, line, col, end_line, end_col, ...(fix ? { fix } : {}) });
  }
}

/** Puts another text in the place of a range. */
export const replaceText = (title: string, { line, col, end_line, end_col }: Range, text: string): Fix => ({
  title,
  edits: [{ range: { line, col, end_line, end_col }, text }],
});

/** The candidate that is at most two slips away, the nearest first; undefined when none is. */
export function findNearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 3;
  for (const candidate of candidates) {
    const slips = countSlips(word, candidate, least);
    if (slips >= least) continue;
    best = candidate;
    least = slips;
  }
  return best;
}

/** Letters to add, leave out or change to make one word the other; `limit` when there are as many or more. */
function countSlips(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(row[b.length] ?? limit, limit);
}
