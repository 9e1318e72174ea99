/** A stretch of a text; lines and columns begin at 1, the end is behind the last character. */
export interface Range {
  line: number;
  col: number;
  end_line: number;
  end_col: number;
}

export interface TextEdit {
  range: Range;
  text: string;
}

/** A stretch of a text by offsets, and what shall stand there. */
interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** Where edits touch a text, the last first, so that none moves another. A range beyond the text ends with it. */
export function toReplacements(source: string, edits: readonly TextEdit[]): Replacement[] {
  const starts = lineStarts(source);
  const offsetOf = (line: number, col: number) => {
    const start = starts[line - 1] ?? source.length;
    const end = (starts[line] ?? source.length + 1) - 1;
    return Math.min(start + col - 1, Math.max(end, start));
  };
  return edits
    .map(({ range, text }) => ({
      start: offsetOf(range.line, range.col),
      end: offsetOf(range.end_line, range.end_col),
      text,
    }))
    .toSorted((a, b) => b.start - a.start);
}

/** A text after edits. */
export const applyEdits = (source: string, edits: readonly TextEdit[]): string =>
  toReplacements(source, edits).reduce(
    (text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end),
    source,
  );

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** What a new line begins with when Enter is pressed at an offset: as deep as the line before, one deeper after a key. */
export function indentAfter(source: string, offset: number): string {
  const line = source.slice(source.lastIndexOf('\n', offset - 1) + 1, offset);
  const indent = /^ */.exec(line)?.[0] ?? '';
  const isItem = /^ *- /.test(line);
  const opens = /:\s*$/.test(line);
  return indent + (opens && isItem ? '    ' : opens || isItem ? '  ' : '');
}
