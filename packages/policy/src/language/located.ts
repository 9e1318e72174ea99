import {
  CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { Range, Report } from './findings.ts';

const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 64;
const MAX_ENTRIES = 1_000;

/** A value of the source with its place. */
export type Located = { at: Range } & (
  | { kind: 'scalar'; value: string | number | boolean | null; text: string }
  | { kind: 'list'; items: Located[] }
  | { kind: 'map'; entries: Entry[] }
);
export type LocatedMap = Extract<Located, { kind: 'map' }>;

export interface Entry {
  key: string;
  at: Range;
  value: Located;
  /** Whether it stands between braces. */
  isFlow: boolean;
}

const START: Range = { line: 1, col: 1, end_line: 1, end_col: 1 };

/**
 * Reads YAML 1.2 (core schema, one document) into values with places. Anchors, aliases, tags, merge keys and keys that
 * are no text are MC100, duplicate keys MC102; undefined when nothing can be made of it.
 */
export function readSource(source: string, report: Report): Located | undefined {
  if (new TextEncoder().encode(source).length > MAX_BYTES) {
    report.error(START, { code: 'MC100', message: `A policy has at most ${MAX_BYTES / 1024} KiB.` });
    return undefined;
  }
  if (isDeep(source)) {
    report.error(START, { code: 'MC100', message: `Policies are nested at most ${MAX_DEPTH} deep.` });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(source, {
    ...{ version: '1.2', schema: 'core', uniqueKeys: false, merge: false, prettyErrors: false },
    lineCounter: lines,
  });
  const toRange = (from: number, to: number): Range => {
    const [start, end] = [lines.linePos(from), lines.linePos(Math.max(from, to))];
    return { line: start.line, col: start.col, end_line: end.line, end_col: end.col };
  };
  for (const { message, pos } of document.errors) report.error(toRange(...pos), { code: 'MC100', message });
  if (document.errors.length > 0) return undefined;
  if (!findForbidden(document, toRange, report)) return undefined;
  if (!document.contents) {
    report.error(START, { code: 'MC100', message: 'The policy is empty.' });
    return undefined;
  }
  return new Reader(toRange, report).read(document.contents, 0);
}

/** A line that begins so far in is nested that deep, or might be. */
const DEEP_BLOCK = new RegExp(`^[ \\t?:-]{${4 * MAX_DEPTH},}`, 'm');

/** Whether the parser must not see it: it goes down by recursion, and a stack that runs out ends the process. */
function isDeep(source: string): boolean {
  if (DEEP_BLOCK.test(source)) return true;
  let depth = 0;
  for (const lexeme of new Lexer().lex(source)) {
    const type = CST.tokenType(lexeme);
    if (type === 'flow-map-start' || type === 'flow-seq-start') depth++;
    else if (type === 'flow-map-end' || type === 'flow-seq-end') depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

type ToRange = (from: number, to: number) => Range;

function findForbidden(document: Document, toRange: ToRange, report: Report): boolean {
  let isPlain = true;
  const refuse = (node: Node, what: string): void => {
    isPlain = false;
    const [from = 0, to = 0] = node.range ?? [];
    report.error(toRange(from, to), { code: 'MC100', message: `Policies are written without ${what}.` });
  };
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) refuse(node, 'aliases');
      else if (node.anchor) refuse(node, 'anchors');
      else if (
        node.tag?.startsWith('!') ||
        (node.tag && isScalar(node) && node.tag.startsWith('tag:') && node.source?.startsWith('!'))
      )
        refuse(node, 'tags');
    },
  });
  return isPlain;
}

interface MapPlace {
  at: Range;
  isFlow: boolean;
  depth: number;
}

class Reader {
  readonly #toRange: ToRange;
  readonly #report: Report;

  constructor(toRange: ToRange, report: Report) {
    this.#toRange = toRange;
    this.#report = report;
  }

  read(node: Node, depth: number): Located | undefined {
    const at = this.#rangeOf(node);
    if (depth > MAX_DEPTH) {
      this.#report.error(at, { code: 'MC100', message: `Policies are nested at most ${MAX_DEPTH} deep.` });
      return undefined;
    }
    if (isMap(node))
      return this.#readMap(node.items as Pair<Node, Node | null>[], { at, isFlow: node.flow === true, depth });
    if (isSeq(node)) {
      const items = (node.items as Node[]).map((item) => this.read(item, depth + 1));
      return items.includes(undefined)
        ? undefined
        : { kind: 'list', at, items: items.filter((item) => item !== undefined) };
    }
    if (!isScalar(node)) return undefined;
    const { value } = node;
    if (typeof value === 'string' && !this.#isUnicode(value, at)) return undefined;
    const isKnown = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    if (isKnown)
      return { kind: 'scalar', at, value: value as string | number | boolean | null, text: node.source ?? '' };
    this.#report.error(at, { code: 'MC100', message: 'This kind of value is not of YAML’s core schema.' });
    return undefined;
  }

  /** Half of a character, which an escape can write, has no place in JSON that is hashed. */
  #isUnicode(text: string, at: Range): boolean {
    const isWhole = !/\p{Surrogate}/u.test(text);
    if (!isWhole) this.#report.error(at, { code: 'MC100', message: 'This text is not Unicode.' });
    return isWhole;
  }

  #rangeOf(node: Node): Range {
    const [from = 0, to = 0] = node.range ?? [];
    return this.#toRange(from, to);
  }

  #readMap(pairs: Pair<Node, Node | null>[], { at, isFlow, depth }: MapPlace): Located | undefined {
    if (pairs.length > MAX_ENTRIES) {
      this.#report.error(at, { code: 'MC100', message: `An object has at most ${MAX_ENTRIES} keys.` });
      return undefined;
    }
    const entries: Entry[] = [];
    const seen = new Set<string>();
    for (const { key, value } of pairs) {
      const keyAt = this.#rangeOf(key);
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.#report.error(keyAt, { code: 'MC100', message: 'Keys are texts.' });
        return undefined;
      }
      const name = key.value;
      if (!this.#isUnicode(name, keyAt)) return undefined;
      if (seen.has(name)) this.#report.error(keyAt, { code: 'MC102', message: `"${name}" stands here twice.` });
      seen.add(name);
      const read = value === null ? nullAt(keyAt) : this.read(value, depth + 1);
      if (!read) return undefined;
      entries.push({ key: name, at: keyAt, value: read, isFlow });
    }
    return { kind: 'map', at, entries };
  }
}

const nullAt = (at: Range): Located => ({ kind: 'scalar', at, value: null, text: '' });

/** The plain value: what YAML says without places. */
export function toPlain(located: Located): unknown {
  if (located.kind === 'scalar') return located.value;
  if (located.kind === 'list') return located.items.map(toPlain);
  return Object.fromEntries(located.entries.map(({ key, value }) => [key, toPlain(value)]));
}
