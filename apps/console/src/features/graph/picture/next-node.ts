import type { Place } from '../layout/layout.ts';

const DIRECTIONS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** What lies aside counts as farther than what lies ahead. */
const ASIDE = 3;

/** The nearest node in the direction of an arrow key. */
export function findNextNode(
  key: string,
  from: string | null | undefined,
  places: ReadonlyMap<string, Place>,
): { id: string; place: Place } | undefined {
  const direction = DIRECTIONS[key];
  const start = from ? places.get(from) : undefined;
  if (!direction || !start) return undefined;
  const [dx, dy] = direction;
  let nearest: { id: string; place: Place } | undefined;
  let best = Number.POSITIVE_INFINITY;
  for (const [id, place] of places) {
    const [x, y] = [place.x - start.x, place.y - start.y];
    const ahead = x * dx + y * dy;
    const distance = ahead + ASIDE * Math.abs(x * dy + y * dx);
    if (ahead <= 0 || distance >= best) continue;
    best = distance;
    nearest = { id, place };
  }
  return nearest;
}
