/** Bins per power of two: OpenTelemetry's exponential histogram at scale 5, relative error at most 1.1 %. */
const BINS_PER_DOUBLING = 32;

/** Sparse counts by bin index, as stored. */
export type Histogram = Record<string, number>;

/** The bin of a value: bin i holds (base^i, base^(i+1)], base = 2^(1/32). Values below 1 count as 1. */
export const toBin = (value: number): number => (value <= 1 ? -1 : Math.ceil(Math.log2(value) * BINS_PER_DOUBLING) - 1);

/** The middle of a bin: what a percentile in it is reported as. */
export const toValue = (bin: number): number => 2 ** ((bin + 0.5) / BINS_PER_DOUBLING);

export function addBin(bins: Map<number, number>, bin: number, count: number): void {
  bins.set(bin, (bins.get(bin) ?? 0) + count);
}

/** A histogram as JSON text, or null when it is empty. */
export function toHistogramJson(bins: ReadonlyMap<number, number>): string | null {
  if (bins.size === 0) return null;
  let json = '';
  for (const [bin, count] of bins) json += `${json === '' ? '{' : ','}"${bin}":${count}`;
  return `${json}}`;
}

/** Adds histograms. */
export function mergeHistograms(histograms: readonly (Histogram | null)[]): Histogram {
  const sum: Histogram = {};
  for (const histogram of histograms)
    for (const [bin, count] of Object.entries(histogram ?? {})) sum[bin] = (sum[bin] ?? 0) + count;
  return sum;
}

/** The value below which `share` (0 to 1) of the counted values lie; null when nothing was counted. */
export function quantile(histogram: Histogram | null, share: number): number | null {
  const bins = Object.entries(histogram ?? {})
    .map(([bin, count]) => ({ bin: Number(bin), count }))
    .sort((a, b) => a.bin - b.bin);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  let left = Math.max(1, Math.ceil(total * share));
  const found = bins.find(({ count }) => {
    left -= count;
    return left <= 0;
  });
  return found ? toValue(found.bin) : null;
}
