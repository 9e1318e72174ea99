import type { CodeRange, Syntax } from './syntax.ts';
import { MAX_CODE, PatternError } from './syntax.ts';

const MAX_NODES = 20_000;

/** A step from a node: by a code point of a set, or by none (at the start or end of the text only, or anywhere). */
export type Edge = { to: number; set: readonly CodeRange[] } | { to: number; when: 'always' | 'at_start' | 'at_end' };

/** A machine that may be in several nodes at once. */
export interface Automaton {
  edges: Edge[][];
  start: number;
  accept: number;
}

/** Builds the machine of a pattern; one that searches finds it anywhere in a text, else the whole text must be it. */
export function buildAutomaton(syntax: Syntax, isSearch: boolean): Automaton {
  const edges: Edge[][] = [];
  const addNode = (): number => {
    if (edges.length >= MAX_NODES) throw new PatternError('MC131', 'This pattern is too large.');
    return edges.push([]) - 1;
  };
  const link = (from: number, edge: Edge): void => void edges[from]?.push(edge);
  const follow = (from: number, part: Syntax): number => {
    if ('seq' in part) return part.seq.reduce(follow, from);
    if ('alt' in part) return followAny(from, part.alt);
    if ('repeat' in part) return followRepeat(from, part);
    const to = addNode();
    if ('set' in part) link(from, { to, set: part.set });
    else link(from, { to, when: part.at === 'start' ? 'at_start' : 'at_end' });
    return to;
  };
  const followAny = (from: number, branches: readonly Syntax[]): number => {
    const ends = branches.map((branch) => follow(from, branch));
    const to = addNode();
    for (const end of ends) link(end, { to, when: 'always' });
    return to;
  };
  const followRepeat = (from: number, { repeat, min, max }: Extract<Syntax, { repeat: Syntax }>): number => {
    let at = addNode();
    link(from, { to: at, when: 'always' });
    for (let i = 0; i < min; i++) at = follow(at, repeat);
    const to = addNode();
    link(at, { to, when: 'always' });
    if (max === Number.POSITIVE_INFINITY) {
      const loop = addNode();
      link(at, { to: loop, when: 'always' });
      const end = follow(loop, repeat);
      link(end, { to: loop, when: 'always' });
      link(end, { to, when: 'always' });
      return to;
    }
    for (let i = min; i < max; i++) {
      at = follow(at, repeat);
      link(at, { to, when: 'always' });
    }
    return to;
  };

  const start = addNode();
  const accept = follow(start, syntax);
  if (!isSearch) return { edges, start, accept };
  const found = addNode();
  link(accept, { to: found, when: 'always' });
  link(found, { to: found, set: [[0, MAX_CODE]] });
  const search = addNode();
  link(search, { to: search, set: [[0, MAX_CODE]] });
  link(search, { to: start, when: 'always' });
  return { edges, start: search, accept: found };
}
