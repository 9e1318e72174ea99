/** How far an index was read. */
interface Scan {
  depth: number;
  isInString: boolean;
  isEscaped: boolean;
  /** The name at the top of a root object, as far as it was read; undefined outside of strings there. */
  name: string | undefined;
  lastName: string;
  isRootObject: boolean;
  /** The depth of the list's items; undefined before the list is found and after its end. */
  itemDepth: number | undefined;
  isListClosed: boolean;
}

/** Reads the items of a JSON list, piece by piece: the whole text is never held. */
export interface ItemReader {
  /** The texts of the objects that end in this piece. */
  push(piece: string): string[];
  /** Whether the list and all around it were closed. */
  isComplete(): boolean;
}

const MAX_ITEM = 1_000_000;
const MAX_NAME = 20;

/** For a root list of objects, or a root object with such a list under `listName`. An item beyond 1 MB ends it. */
export function createItemReader(listName: string): ItemReader {
  const scan: Scan = {
    depth: 0,
    isInString: false,
    isEscaped: false,
    name: undefined,
    lastName: '',
    isRootObject: false,
    itemDepth: undefined,
    isListClosed: false,
  };
  /** The beginning of an item that ends in a later piece; empty between items. */
  let begun = '';
  let isBroken = false;

  const takeItems = (piece: string): string[] => {
    const items: string[] = [];
    let start = begun === '' ? piece.length : 0;
    for (let at = 0; at < piece.length; at++) {
      const edge = step(scan, piece[at] ?? '', listName);
      if (edge === 'begin') start = at;
      else if (edge === 'end') {
        items.push(begun + piece.slice(start, at + 1));
        begun = '';
        start = piece.length;
      }
    }
    begun += piece.slice(start);
    return items;
  };
  return {
    push(piece) {
      const items = isBroken ? [] : takeItems(piece);
      isBroken ||= begun.length > MAX_ITEM;
      return items;
    },
    isComplete: () => !isBroken && scan.isListClosed && scan.depth === 0 && !scan.isInString,
  };
}

/** Takes one character; says whether an item begins or ends with it. */
function step(scan: Scan, char: string, listName: string): 'begin' | 'end' | undefined {
  if (scan.isInString) {
    stepInString(scan, char);
    return undefined;
  }
  if (char === '"') openString(scan);
  else if (char === '{' || char === '[') return open(scan, char, listName);
  else if (char === '}' || char === ']') return close(scan, char);
  return undefined;
}

function openString(scan: Scan): void {
  scan.isInString = true;
  if (scan.isRootObject && scan.depth === 1) scan.name = '';
}

function stepInString(scan: Scan, char: string): void {
  if (scan.isEscaped) scan.isEscaped = false;
  else if (char === '\\') scan.isEscaped = true;
  else if (char === '"') {
    scan.isInString = false;
    if (scan.name !== undefined) scan.lastName = scan.name;
    scan.name = undefined;
  } else if (scan.name !== undefined && scan.name.length < MAX_NAME) scan.name += char;
}

function open(scan: Scan, char: string, listName: string): 'begin' | undefined {
  const isItem = char === '{' && scan.itemDepth === scan.depth;
  if (scan.depth === 0) scan.isRootObject = char === '{';
  const isNamed = scan.isRootObject && scan.depth === 1 && scan.lastName === listName;
  scan.depth++;
  if (char === '[' && !scan.isListClosed && (scan.depth === 1 || isNamed)) scan.itemDepth ??= scan.depth;
  return isItem ? 'begin' : undefined;
}

function close(scan: Scan, char: string): 'end' | undefined {
  scan.depth--;
  if (scan.itemDepth === undefined) return undefined;
  if (scan.depth === scan.itemDepth) return char === '}' ? 'end' : undefined;
  if (scan.depth < scan.itemDepth) {
    scan.itemDepth = undefined;
    scan.isListClosed = true;
  }
  return undefined;
}
