const STEPS = [1, 2, 5];
const MAX_TICKS = 5;

/** Round instants for a time axis of so many µs: at most five, the first at zero. */
export function toTicks(spanUs: number): number[] {
  if (spanUs <= 0) return [0];
  const rough = spanUs / MAX_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let at = 0; at < spanUs; at += step) ticks.push(at);
  return ticks;
}
