/** A sum of evidence that starts anew whenever it speaks against a change (Page's CUSUM). */
export interface Drift {
  sum: number;
  /** When it was nothing last, epoch ms: where the change began. */
  since: number;
  n: number;
  /** What was measured since then. */
  total: number;
  runIds: string[];
}

export const noDrift = (): Drift => ({ sum: 0, since: 0, n: 0, total: 0, runIds: [] });

/** A change that lasts must not take for ever to be over. */
const MAX_SUM = 24;
const EXAMPLES = 3;

interface Evidence {
  at: number;
  /** Above 0 it speaks for a change. */
  weight: number;
  /** What was measured. */
  value: number;
  runId: string;
}

/** Takes one piece of evidence. */
export function weigh(drift: Drift, { at, weight, value, runId }: Evidence): void {
  drift.sum = Math.min(MAX_SUM, drift.sum + weight);
  if (drift.sum <= 0) {
    Object.assign(drift, noDrift(), { since: at });
    return;
  }
  if (drift.n === 0) drift.since = at;
  drift.n++;
  drift.total += value;
  if (weight > 0 && drift.runIds.length < EXAMPLES) drift.runIds.push(runId);
}

/** Evidence by one outcome that a thing happens with probability `p1` rather than `p0` (natural logarithm). */
export const ofOutcome = (happened: boolean, p0: number, p1: number): number =>
  happened ? Math.log(p1 / p0) : Math.log((1 - p1) / (1 - p0));

/** Evidence by `count` events in `chances` that they come at rate `q1` rather than `q0`. */
export const ofCount = (count: number, chances: number, q0: number, q1: number): number =>
  count * Math.log(q1 / q0) - chances * (q1 - q0);

/** Two-sided 95 %. */
const Z95 = 1.96;

/** The upper end of what a share may be, seen `k` of `n` times (Wilson). */
export function upperShare(k: number, n: number, z = Z95): number {
  if (n === 0) return 1;
  const p = k / n;
  const middle = p + z ** 2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return Math.min(1, (middle + half) / (1 + z ** 2 / n));
}

/** How different two mixes of names are, 0 (the same) to 1 (nothing in common): Jensen–Shannon, in bits. */
export function divergence(a: Record<string, number>, b: Record<string, number>): number {
  const [totalA, totalB] = [a, b].map((mix) => Object.values(mix).reduce((sum, n) => sum + n, 0));
  if (!totalA || !totalB) return 0;
  let sum = 0;
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [p, q] = [(a[name] ?? 0) / totalA, (b[name] ?? 0) / totalB];
    const m = (p + q) / 2;
    sum += (part(p, m) + part(q, m)) / 2;
  }
  return Math.min(1, Math.max(0, sum));
}

const part = (p: number, m: number): number => (p === 0 ? 0 : p * Math.log2(p / m));
