import type { GraphEdge } from '#console/api/contract.ts';
import type { Place } from '../layout/layout.ts';

export const NODE_WIDTH = 188;
export const NODE_HEIGHT = 38;
const MAX_WIDTH = 6;

/** A cubic curve from the right side of the caller to the left side of the callee. */
export interface Curve {
  edge: GraphEdge;
  from: Place;
  to: Place;
  c1: Place;
  c2: Place;
}

/** The curve of each edge both of whose ends have a place. One that goes back swings around. */
export function toCurves(edges: readonly GraphEdge[], places: ReadonlyMap<string, Place>): Curve[] {
  return edges.flatMap((edge) => {
    const [caller, callee] = [places.get(edge.from), places.get(edge.to)];
    if (!caller || !callee) return [];
    const from = { x: caller.x + NODE_WIDTH / 2, y: caller.y };
    const to = { x: callee.x - NODE_WIDTH / 2, y: callee.y };
    const reach = to.x > from.x ? (to.x - from.x) / 2 : 90;
    const bow = to.x > from.x ? 0 : NODE_HEIGHT * 1.6;
    return [{ edge, from, to, c1: { x: from.x + reach, y: from.y + bow }, c2: { x: to.x - reach, y: to.y + bow } }];
  });
}

/** 1 to 6 pixels, by messages per minute. */
export const toWidth = (perMin: number, maxPerMin: number): number =>
  maxPerMin === 0 ? 1 : 1 + ((MAX_WIDTH - 1) * Math.log10(1 + perMin)) / Math.log10(1 + maxPerMin);

/** The point of a curve at a share of its way. */
export function pointAt({ from, c1, c2, to }: Curve, t: number): Place {
  const u = 1 - t;
  const mix = (axis: 'x' | 'y') =>
    u ** 3 * from[axis] + 3 * u * u * t * c1[axis] + 3 * u * t * t * c2[axis] + t ** 3 * to[axis];
  return { x: mix('x'), y: mix('y') };
}

const SAMPLES = 24;

/** The edge that passes nearest to a point, if one passes near enough. */
export function findEdgeAt(curves: readonly Curve[], { x, y }: Place, withinPx: number): GraphEdge | undefined {
  let nearest: GraphEdge | undefined;
  let best = withinPx;
  for (const curve of curves)
    for (let i = 0; i <= SAMPLES; i++) {
      const point = pointAt(curve, i / SAMPLES);
      const distance = Math.hypot(point.x - x, point.y - y);
      if (distance < best) [best, nearest] = [distance, curve.edge];
    }
  return nearest;
}
