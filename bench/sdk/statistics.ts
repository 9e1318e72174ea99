const RESAMPLES = 5_000;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of the values and the 95 % interval in which it lies, by resampling them with replacement. */
export function estimate(values: readonly number[]): { value: number; low: number; high: number } {
  const means = Array.from({ length: RESAMPLES }, () =>
    mean(values.map(() => values[Math.floor(Math.random() * values.length)] ?? 0)),
  );
  means.sort((a, b) => a - b);
  return {
    value: mean(values),
    low: means[Math.floor(RESAMPLES * 0.025)] ?? 0,
    high: means[Math.floor(RESAMPLES * 0.975)] ?? 0,
  };
}

/** The values in random order. */
export function shuffle<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
