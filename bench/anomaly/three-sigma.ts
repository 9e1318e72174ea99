import { toValue } from '../../apps/server/src/platform/histograms/histogram.rules.ts';
import type { Cells } from '../../apps/server/src/telemetry/anomalies/detectors/usual.rules.ts';
import type { SimRun } from './world.ts';

/**
 * What is usually built: every minute the mean of each measure, told when it lies more than three standard deviations from
 * the mean of all. It knows nothing of hours, skew or runs.
 */
export function createThreeSigma(cells: Cells): (ended: readonly SimRun[]) => string[] {
  const { ms = {}, tokens = {}, n = 1, errors = 0, calls = 0, retries = 0 } = cells.all ?? {};
  const usual = { latency: toMoments(ms), tokens: toMoments(tokens) };
  const rate = errors / n;
  const [attempts, perRun] = [retries / n, calls / n];
  return (ended) => {
    const size = ended.length;
    if (size === 0) return [];
    const mean = (of: (run: SimRun) => number) => ended.reduce((sum, run) => sum + of(run), 0) / size;
    const isFar = (value: number, { mean: middle, deviation }: Moments) =>
      Math.abs(value - middle) > (3 * deviation) / Math.sqrt(size);
    return [
      ...(isFar(
        mean((run) => run.ms),
        usual.latency,
      )
        ? ['latency']
        : []),
      ...(isFar(
        mean((run) => run.tokens),
        usual.tokens,
      )
        ? ['tokens']
        : []),
      ...(isFar(
        mean((run) => (run.isError ? 1 : 0)),
        { mean: rate, deviation: Math.sqrt(rate * (1 - rate)) },
      )
        ? ['error_rate']
        : []),
      ...(isFar(
        mean((run) => run.retries),
        { mean: attempts, deviation: Math.sqrt(Math.max(attempts, perRun / 100)) },
      )
        ? ['attempts']
        : []),
    ];
  };
}

interface Moments {
  mean: number;
  deviation: number;
}

function toMoments(histogram: Readonly<Record<string, number>>): Moments {
  let [n, sum, squares] = [0, 0, 0];
  for (const [bin, count] of Object.entries(histogram)) {
    const value = toValue(Number(bin));
    n += count;
    sum += value * count;
    squares += value ** 2 * count;
  }
  return { mean: sum / n, deviation: Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)) };
}
