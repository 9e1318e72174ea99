import type { Dfa } from '../ir.ts';
import { type Automaton, buildAutomaton } from './automaton.ts';
import { type CodeRange, PatternError, type Syntax } from './syntax.ts';

const MAX_STATES = 512;
const MAX_CLASSES = 64;

/** Steps that making tables may still take: a short pattern can be made to take very many. */
export interface Effort {
  left: number;
}

/**
 * Makes the table of a pattern: linear in the text, the same in every language. Throws PatternError MC131 beyond 512
 * states, 64 classes of characters, or the effort that is left.
 */
export function compileTable(syntax: Syntax, isSearch: boolean, effort: Effort): Dfa {
  const automaton = buildAutomaton(syntax, isSearch);
  const classes = toClasses(automaton);
  const reach = (nodes: Iterable<number>, ...held: When[]): Set<number> => {
    const reached = close(automaton, nodes, ...held);
    effort.left -= reached.size;
    if (effort.left < 0) throw new PatternError('MC131', 'The patterns of this policy take too long to compile.');
    return reached;
  };
  const isEnd = (nodes: Iterable<number>, ...held: When[]): boolean =>
    reach(nodes, ...held, 'at_end').has(automaton.accept);
  const first = toSorted(reach([automaton.start], 'at_start'));
  const states = new Map<string, number>([[first.join(), 0]]);
  const sets = [first];
  const a: number[] = isEnd(first, 'at_start') ? [0] : [];
  const findState = (nodes: number[]): number => {
    if (nodes.length === 0) return -1;
    const known = states.get(nodes.join());
    if (known !== undefined) return known;
    if (sets.length >= MAX_STATES)
      throw new PatternError('MC131', `This pattern needs more than ${MAX_STATES} states.`);
    const state = sets.push(nodes) - 1;
    states.set(nodes.join(), state);
    if (isEnd(nodes)) a.push(state);
    return state;
  };
  const t: number[] = [];
  // The list grows while it is walked: each new state is one more to walk.
  for (const nodes of sets)
    for (const { sample } of classes.kinds) t.push(findState(toSorted(reach(step(automaton, nodes, sample)))));
  return { n: sets.length, k: classes.kinds.length, r: classes.ranges, t, a };
}

const toSorted = (nodes: Iterable<number>): number[] => [...nodes].sort((x, y) => x - y);

type When = 'at_start' | 'at_end';

/** The nodes that are reached without reading anything. */
function close({ edges }: Automaton, nodes: Iterable<number>, ...held: When[]): Set<number> {
  const reached = new Set(nodes);
  for (const node of reached)
    for (const edge of edges[node] ?? []) {
      if ('when' in edge && (edge.when === 'always' || held.includes(edge.when))) reached.add(edge.to);
    }
  return reached;
}

const step = ({ edges }: Automaton, nodes: readonly number[], code: number): number[] =>
  nodes.flatMap((node) =>
    (edges[node] ?? []).flatMap((edge) => ('set' in edge && holds(edge.set, code) ? [edge.to] : [])),
  );

const holds = (set: readonly CodeRange[], code: number): boolean => set.some(([lo, hi]) => code >= lo && code <= hi);

interface Classes {
  /** `lo, hi, class` in order. */
  ranges: number[];
  kinds: { sample: number }[];
}

/** Code points that no step tells apart are one class. */
function toClasses({ edges }: Automaton): Classes {
  const sets = new Map<string, readonly CodeRange[]>();
  for (const edge of edges.flat()) if ('set' in edge) sets.set(edge.set.join(';'), edge.set);
  const cuts = new Set<number>();
  for (const set of sets.values())
    for (const [lo, hi] of set) {
      cuts.add(lo);
      cuts.add(hi + 1);
    }
  const bounds = toSorted(cuts);
  const numbers = new Map<string, number>();
  const classes: Classes = { ranges: [], kinds: [] };
  bounds.slice(0, -1).forEach((lo, i) => {
    const hi = (bounds[i + 1] ?? lo + 1) - 1;
    const signature = [...sets.values()].map((set) => (holds(set, lo) ? '1' : '0')).join('');
    if (!signature.includes('1')) return;
    const number = numbers.get(signature) ?? classes.kinds.push({ sample: lo }) - 1;
    numbers.set(signature, number);
    if (number >= MAX_CLASSES)
      throw new PatternError('MC131', `This pattern tells more than ${MAX_CLASSES} kinds of characters apart.`);
    const isAdjacent = classes.ranges.at(-1) === number && classes.ranges.at(-2) === lo - 1;
    if (isAdjacent) classes.ranges[classes.ranges.length - 2] = hi;
    else classes.ranges.push(lo, hi, number);
  });
  return classes;
}
