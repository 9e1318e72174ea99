import type { Range } from './text-edits.ts';

export type Ink = 'plain' | 'key' | 'text' | 'value' | 'note';
export type Severity = 'error' | 'warning' | 'info';

/** A stretch of a line that looks alike. */
export interface Span {
  at: number;
  text: string;
  ink: Ink;
  /** The gravest of what was found here. */
  mark: Severity | undefined;
}

export interface MarkedRange extends Range {
  severity: Severity;
}

const TOKEN =
  /(?<note>(?:^|(?<=\s))#.*$)|(?<text>"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)|(?<key>[A-Za-z_$][\w.$/-]*(?=\s*:(?:\s|$)))|(?<value>(?<=[:[{,-]\s*)(?:true|false|null|-?\d[\d.]*(?:%|ms|[smhd])?)(?=\s*(?:[,\]}]|$|\s#)))/g;

const GRAVITY: readonly Severity[] = ['info', 'warning', 'error'];

/** A line of YAML cut where its look changes. */
export function toSpans(line: string, number: number, found: readonly MarkedRange[]): Span[] {
  const inks = toInks(line);
  const marks = found.map((range) => ({ ...toColumns(range, line, number), severity: range.severity }));
  const cuts = new Set([0, line.length]);
  for (const { from, to } of [...inks, ...marks]) cuts.add(Math.min(from, line.length)).add(Math.min(to, line.length));
  const sorted = [...cuts].toSorted((a, b) => a - b);
  return sorted.slice(0, -1).map((from, index) => {
    const to = sorted[index + 1] ?? line.length;
    return {
      at: from,
      text: line.slice(from, to),
      ink: inks.find((token) => token.from <= from && to <= token.to)?.ink ?? 'plain',
      mark: gravest(marks.filter((mark) => mark.from <= from && to <= mark.to).map(({ severity }) => severity)),
    };
  });
}

/** The gravest of several, or undefined of none. */
export const gravest = (severities: readonly Severity[]): Severity | undefined =>
  GRAVITY.findLast((severity) => severities.includes(severity));

function toInks(line: string): { from: number; to: number; ink: Ink }[] {
  return [...line.matchAll(TOKEN)].map(({ index, 0: token, groups = {} }) => ({
    from: index,
    to: index + token.length,
    ink:
      groups.note !== undefined
        ? 'note'
        : groups.text !== undefined
          ? 'text'
          : groups.key !== undefined
            ? 'key'
            : 'value',
  }));
}

/** What a range covers of one line; at least one character where the line has any. */
function toColumns({ line: first, col, end_line: last, end_col }: Range, line: string, number: number) {
  const from = number === first ? col - 1 : line.length - line.trimStart().length;
  const to = number === last ? end_col - 1 : line.length;
  return { from: Math.min(from, Math.max(line.length - 1, 0)), to: Math.max(to, from + 1) };
}
