import type { Graph, GraphDiff, GraphEdge, GraphNode } from '../graph.schema.ts';

/** A number that moved less stays as it was told. */
const MIN_CHANGE = 0.05;

const isNear = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) < MIN_CHANGE * Math.max(Math.abs(a), Math.abs(b)) || a === b
    : a === b || isSame(a, b);

/** Lists and records, by what they hold; numbers in them count as the same when they are near. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => key === 'text' || isNear(Reflect.get(a, key), Reflect.get(b, key)))
  );
}

/** The fields of an item that changed; undefined when none did. */
function toChanges<T extends GraphNode | GraphEdge>(before: T, now: T): Partial<T> | undefined {
  const fields = Object.keys(now) as (keyof T)[]; // both have the fields of their schema
  const changed = fields.filter((field) => !isNear(before[field], now[field]));
  if (changed.length === 0) return undefined;
  const changes: Partial<T> = {};
  for (const field of changed) changes[field] = now[field];
  return changes;
}

interface Changes<T> {
  set: Record<string, Partial<T>>;
  add: T[];
  remove: string[];
}

/** What changed, and what a client that was told everything now has. */
function compare<T extends GraphNode | GraphEdge>(before: readonly T[], now: readonly T[]) {
  const known = new Map(before.map((item) => [item.id, item]));
  const changes: Changes<T> = { set: {}, add: [], remove: [] };
  const told = now.map((item) => {
    const old = known.get(item.id);
    known.delete(item.id);
    if (!old) changes.add.push(item);
    const set = old && toChanges(old, item);
    if (set) changes.set[item.id] = set;
    return old ? { ...old, ...set } : item;
  });
  changes.remove.push(...known.keys());
  return { changes, told };
}

const isEmpty = ({ set, add, remove }: Changes<GraphNode> | Changes<GraphEdge>): boolean =>
  add.length === 0 && remove.length === 0 && Object.keys(set).length === 0;

/**
 * What is to be told of a graph to whom was told another: nothing when no number moved by five percent and nothing else
 * changed. `told` is what a client then has.
 */
export function toDiff(before: Graph, now: Graph): { diff: GraphDiff | undefined; told: Graph } {
  const nodes = compare(before.nodes, now.nodes);
  const edges = compare(before.edges, now.edges);
  const isSlowSame = isSame(before.slow, now.slow);
  const told = { ...now, nodes: nodes.told, edges: edges.told };
  if (isEmpty(nodes.changes) && isEmpty(edges.changes) && isSlowSame) return { diff: undefined, told: before };
  const slow = isSlowSame ? {} : { slow: now.slow };
  return { diff: { at: now.at, nodes: nodes.changes, edges: edges.changes, ...slow }, told };
}
