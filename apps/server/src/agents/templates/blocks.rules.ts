const BEGIN = '<!-- mission-control:begin v1 -->';
const END = '<!-- mission-control:end -->';
/** Of any version, so that a newer one replaces an older one. */
const BLOCK = /<!-- mission-control:begin v\d+ -->[\s\S]*?<!-- mission-control:end -->/;

/** Our text of a file that others may write to as well. */
export const toBlock = (text: string): string => `${BEGIN}\n${text}\n${END}\n`;

export const hasBlock = (found: string): boolean => BLOCK.test(found);

/** The found text with our block in its place, at the end when there is none; all else stays byte for byte. */
export function mergeBlock(found: string, block: string): string {
  if (hasBlock(found)) return found.replace(BLOCK, () => block.trimEnd());
  if (found === '') return block;
  return `${found}${found.endsWith('\n') ? '\n' : '\n\n'}${block}`;
}

/** The found text as it was before {@link mergeBlock} added our block. */
export function removeBlock(found: string): string {
  const at = BLOCK.exec(found);
  if (!at) return found;
  const before = found.slice(0, at.index);
  const after = found.slice(at.index + at[0].length).replace(/^\n/, '');
  return after === '' ? before.replace(/\n$/, '') : `${before}${after}`;
}

/** The found text as it is read, ours and theirs, without the lines that mark our block. */
export const withoutMarks = (found: string): string =>
  found.replace(/<!-- mission-control:(begin v\d+|end) -->\n?/g, '');

/** What stands in our block; the whole text when there is none. */
export const readBlock = (found: string): string =>
  /<!-- mission-control:begin v\d+ -->\n?([\s\S]*?)\n?<!-- mission-control:end -->/.exec(found)?.[1] ?? found;
