/** Where the middle of a node stands, in pixels of the unscaled picture. */
export interface Place {
  x: number;
  y: number;
}

export interface Link {
  from: string;
  to: string;
}

export const COLUMN_PX = 260;
export const ROW_PX = 52;
const SWEEPS = 6;
/** A column does not grow longer: the rest stands in one beside it. */
const MAX_ROWS = 60;

/**
 * Callers left, callees right, with as few crossings as a few sweeps give. Nodes that have a place keep it: when some are
 * new, only they are placed, each in the column behind its callers.
 */
export function layOut(
  ids: readonly string[],
  links: readonly Link[],
  before: ReadonlyMap<string, Place> = new Map(),
): Map<string, Place> {
  const kept = new Map(ids.flatMap((id) => (before.has(id) ? [[id, before.get(id) as Place] as const] : [])));
  const fresh = ids.filter((id) => !kept.has(id));
  if (fresh.length === 0) return kept;
  return fresh.length > kept.size ? layOutAnew(ids, links) : addPlaces(kept, fresh, links);
}

function layOutAnew(ids: readonly string[], links: readonly Link[]): Map<string, Place> {
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
  const columns = order(
    toColumns(
      ids.filter((id) => linked.has(id)),
      links,
    ),
    links,
  );
  const alone = ids.filter((id) => !linked.has(id));
  const width = Math.max(1, columns.length, Math.min(4, alone.length));
  const bottom = Math.max(0, ...columns.map(({ length }) => length));
  const places = new Map<string, Place>();
  for (const [column, rows] of columns.entries())
    for (const [row, id] of rows.entries())
      places.set(id, { x: column * COLUMN_PX, y: (row + Math.floor((bottom - rows.length) / 2)) * ROW_PX });
  const top = bottom === 0 ? 0 : bottom + 1;
  for (const [index, id] of alone.entries())
    places.set(id, { x: (index % width) * COLUMN_PX, y: (top + Math.floor(index / width)) * ROW_PX });
  return places;
}

const groupLinks = (links: readonly Link[], end: 'from' | 'to', other: 'from' | 'to'): Map<string, string[]> => {
  const groups = new Map<string, string[]>();
  for (const link of links) {
    const group = groups.get(link[end]);
    if (group) group.push(link[other]);
    else groups.set(link[end], [link[other]]);
  }
  return groups;
};

/** In waves: who is called by nobody that is left. In a cycle the one with the fewest callers goes first. */
function toColumns(ids: readonly string[], links: readonly Link[]): string[][] {
  const columns: string[][] = [];
  const left = new Set(ids);
  while (left.size > 0) {
    const callers = countCallers(left, links);
    const fewest = Math.min(...callers.values());
    const free = [...left].filter((id) => callers.get(id) === fewest);
    const wave = fewest === 0 ? free : free.slice(0, 1);
    for (const id of wave) left.delete(id);
    columns.push(...split(wave));
  }
  return columns;
}

function countCallers(left: ReadonlySet<string>, links: readonly Link[]): Map<string, number> {
  const counts = new Map([...left].map((id) => [id, 0]));
  for (const { from, to } of links)
    if (from !== to && left.has(from) && left.has(to)) counts.set(to, (counts.get(to) ?? 0) + 1);
  return counts;
}

function split(column: string[]): string[][] {
  const parts: string[][] = [];
  for (let at = 0; at < column.length; at += MAX_ROWS) parts.push(column.slice(at, at + MAX_ROWS));
  return parts;
}

/** Sorts each column by the middle of what its nodes are linked to, back and forth. */
function order(columns: string[][], links: readonly Link[]): string[][] {
  const [callersOf, calleesOf] = [groupLinks(links, 'to', 'from'), groupLinks(links, 'from', 'to')];
  const rowOf = new Map(columns.flatMap((column) => column.map((id, row) => [id, row / column.length] as const)));
  let sorted = columns;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighboursOf = sweep % 2 === 0 ? callersOf : calleesOf;
    sorted = sorted.map((column) => {
      const middleOf = new Map(column.map((id) => [id, toMiddle(neighboursOf.get(id), rowOf) ?? rowOf.get(id) ?? 0]));
      const next = column.toSorted((a, b) => (middleOf.get(a) ?? 0) - (middleOf.get(b) ?? 0));
      for (const [row, id] of next.entries()) rowOf.set(id, row / next.length);
      return next;
    });
  }
  return sorted;
}

function toMiddle(neighbours: readonly string[] | undefined, rowOf: ReadonlyMap<string, number>): number | undefined {
  if (!neighbours || neighbours.length === 0) return undefined;
  return neighbours.reduce((sum, id) => sum + (rowOf.get(id) ?? 0), 0) / neighbours.length;
}

/** Places new nodes where nothing stands, without moving any other. */
function addPlaces(kept: Map<string, Place>, fresh: readonly string[], links: readonly Link[]): Map<string, Place> {
  const places = new Map(kept);
  const callersOf = groupLinks(links, 'to', 'from');
  const taken = new Set([...places.values()].map(toCell));
  for (const id of fresh) {
    const callers = (callersOf.get(id) ?? []).flatMap((caller) => places.get(caller) ?? []);
    const x = callers.length === 0 ? 0 : Math.max(...callers.map((place) => place.x)) + COLUMN_PX;
    let y = callers[0]?.y ?? 0;
    while (taken.has(toCell({ x, y }))) y += ROW_PX;
    places.set(id, { x, y });
    taken.add(toCell({ x, y }));
  }
  return places;
}

const toCell = ({ x, y }: Place): string => `${Math.round(x / COLUMN_PX)} ${Math.round(y / ROW_PX)}`;
