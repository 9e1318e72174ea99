/** What changes between two texts: lines that go with `-`, lines that come with `+`; what is the same is left out. */
export function toDiff(before: string, after: string): string {
  const [old, next] = [toLines(before), toLines(after)];
  const start = countSame(old, next);
  const end = Math.min(
    countSame(old.slice(start).toReversed(), next.slice(start).toReversed()),
    Math.min(old.length, next.length) - start,
  );
  const gone = old.slice(start, old.length - end).map((line) => `-${line}`);
  const come = next.slice(start, next.length - end).map((line) => `+${line}`);
  return [...gone, ...come].join('\n');
}

const toLines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function countSame(one: string[], other: string[]): number {
  const at = one.findIndex((line, index) => line !== other[index]);
  return at === -1 ? one.length : at;
}
