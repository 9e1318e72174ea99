/** One line of a JSON tree. `path` is unique and names its ancestors. */
export interface JsonLine {
  path: string;
  depth: number;
  /** The member's name or the item's index; undefined at the root. */
  name: string | undefined;
  value: unknown;
  /** Members or items of an object or array, else 0. */
  size: number;
  isOpen: boolean;
}

export const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;

const ROOT = '$';

export const entriesOf = (value: object): [string, unknown][] =>
  Array.isArray(value) ? value.map((item, index) => [String(index), item]) : Object.entries(value);

const childPath = (path: string, name: string) => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** The lines of a value in order, going into the branches for which `isOpen` holds. An explicit stack: 10,000 levels are no problem. */
export function toJsonLines(
  value: unknown,
  isOpen: (path: string, depth: number) => boolean,
  limit: number,
): JsonLine[] {
  const lines: JsonLine[] = [];
  const stack: { path: string; depth: number; name: string | undefined; value: unknown }[] = [
    { path: ROOT, depth: 0, name: undefined, value },
  ];
  for (let node = stack.pop(); node && lines.length < limit; node = stack.pop()) {
    const children = isBranch(node.value) ? entriesOf(node.value) : [];
    const isNodeOpen = children.length > 0 && isOpen(node.path, node.depth);
    lines.push({ ...node, size: children.length, isOpen: isNodeOpen });
    if (!isNodeOpen) continue;
    const { path, depth } = node;
    for (const [name, child] of children.toReversed())
      stack.push({ path: childPath(path, name), depth: depth + 1, name, value: child });
  }
  return lines;
}

/** The paths of lines whose name or value holds the text, and of everything above them. */
export function findInJson(value: unknown, text: string, limit: number): { hits: Set<string>; ancestors: Set<string> } {
  const needle = text.toLowerCase();
  const hits = new Set<string>();
  const ancestors = new Set<string>();
  if (needle === '') return { hits, ancestors };
  for (const line of toJsonLines(value, () => true, limit)) {
    const isHit =
      line.name?.toLowerCase().includes(needle) ||
      (!isBranch(line.value) && leafText(line.value).toLowerCase().includes(needle));
    if (!isHit) continue;
    hits.add(line.path);
    for (let end = line.path.lastIndexOf('/'); end > 0; end = line.path.lastIndexOf('/', end - 1))
      ancestors.add(line.path.slice(0, end));
  }
  return { hits, ancestors };
}

export const leafText = (value: unknown): string => (typeof value === 'string' ? value : String(value));
