import { type Finding, type Fix, type Range, replaceText } from '../findings.ts';
import type { Entry, Located, LocatedMap } from '../located.ts';

const MIN_CALLS = 20;

/** A finding with what would mend it, where that can be told from its place. */
export function withFix(finding: Finding, root: Located): Finding {
  const fix = finding.fix ?? findFix(finding, root);
  return fix ? { ...finding, fix } : finding;
}

function findFix({ code, ...at }: Finding, root: Located): Fix | undefined {
  switch (code) {
    case 'MC112':
      return renameDeny(findMap(root, at));
    case 'MC120':
      return addMinimum(mapOf(findMap(root, at), 'breaker'));
    case 'MC122':
      return allowAbsence(findEntry(root, (entry) => isSame(entry.at, at))?.value);
    case 'MC141':
      return denyOnTimeout(findMap(root, at));
    case 'MC151':
      return removeLine(findEntry(root, (entry) => isSame(entry.value.at, at)));
    default:
      return undefined;
  }
}

/** The list that closes is the one that was meant to be constrained. */
function renameDeny(rule: LocatedMap | undefined): Fix | undefined {
  const key = entryOf(mapOf(rule, 'tools'), 'deny');
  return key && replaceText('Call the list match', key.at, 'match');
}

const addMinimum = (breaker: LocatedMap | undefined): Fix | undefined =>
  breaker && !entryOf(breaker, 'min_calls')
    ? addEntry(`Add min_calls: ${MIN_CALLS}`, breaker, `min_calls: ${MIN_CALLS}`)
    : undefined;

const allowAbsence = (constraint: Located | undefined): Fix | undefined =>
  constraint?.kind === 'map' ? addEntry('Only where it is reported', constraint, 'exists: true') : undefined;

function denyOnTimeout(rule: LocatedMap | undefined): Fix | undefined {
  const written = entryOf(mapOf(rule, 'approval'), 'on_timeout') ?? entryOf(mapOf(rule, 'escalate'), 'on_timeout');
  return written && replaceText('Deny when nobody answers', written.value.at, 'deny');
}

/** Takes out an entry that has a line of its own. */
function removeLine(entry: Entry | undefined): Fix | undefined {
  if (!entry || entry.isFlow) return undefined;
  const { line } = entry.at;
  const range = { line, col: entry.at.col, end_line: line + 1, end_col: entry.at.col };
  return { title: `Take ${entry.key} out`, edits: [{ range, text: '' }] };
}

/** Puts an entry behind the last one. */
function addEntry(title: string, map: LocatedMap, text: string): Fix | undefined {
  const last = map.entries.at(-1);
  if (!last) return undefined;
  const { end_line, end_col } = last.value.at;
  const range = { line: end_line, col: end_col, end_line, end_col };
  const start = last.isFlow ? ', ' : `\n${' '.repeat(last.at.col - 1)}`;
  return { title, edits: [{ range, text: `${start}${text}` }] };
}

const entryOf = (map: LocatedMap | undefined, key: string): Entry | undefined =>
  map?.entries.find((entry) => entry.key === key);

function mapOf(map: LocatedMap | undefined, key: string): LocatedMap | undefined {
  const value = entryOf(map, key)?.value;
  return value?.kind === 'map' ? value : undefined;
}

const isSame = (a: Range, b: Range): boolean =>
  a.line === b.line && a.col === b.col && a.end_line === b.end_line && a.end_col === b.end_col;

function findMap(node: Located, at: Range): LocatedMap | undefined {
  if (node.kind === 'map' && isSame(node.at, at)) return node;
  for (const child of listChildren(node)) {
    const found = findMap(child, at);
    if (found) return found;
  }
  return undefined;
}

function findEntry(node: Located, is: (entry: Entry) => boolean): Entry | undefined {
  const own = node.kind === 'map' ? node.entries.find(is) : undefined;
  if (own) return own;
  for (const child of listChildren(node)) {
    const found = findEntry(child, is);
    if (found) return found;
  }
  return undefined;
}

function listChildren(node: Located): Located[] {
  if (node.kind === 'map') return node.entries.map(({ value }) => value);
  return node.kind === 'list' ? node.items : [];
}
