/** A line of two texts laid over each other. */
export interface DiffLine {
  sign: ' ' | '-' | '+';
  text: string;
}

/** Above this many line pairs only the equal head and tail are found: the table below grows with the product. */
const MAX_PAIRS = 250_000;

/** What was taken out and put in, line by line, by the longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return [
    ...mark(' ', a.slice(0, head)),
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...mark(' ', a.slice(a.length - tail)),
  ];
}

const mark = (sign: DiffLine['sign'], lines: string[]): DiffLine[] => lines.map((text) => ({ sign, text }));

function diffMiddle(a: string[], b: string[]): DiffLine[] {
  if (a.length * b.length > MAX_PAIRS) return [...mark('-', a), ...mark('+', b)];
  const commonFrom = measureCommon(a, b);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push(...mark(' ', a.slice(i, i + 1)));
      i++;
      j++;
    } else if (commonFrom(i + 1, j) >= commonFrom(i, j + 1)) lines.push(...mark('-', a.slice(i, ++i)));
    else lines.push(...mark('+', b.slice(j, ++j)));
  }
  return [...lines, ...mark('-', a.slice(i)), ...mark('+', b.slice(j))];
}

/** How long the longest common subsequence of `a` from i and `b` from j is. */
function measureCommon(a: string[], b: string[]): (i: number, j: number) => number {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}
