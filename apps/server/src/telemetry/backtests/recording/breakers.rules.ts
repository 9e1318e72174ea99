import type { BreakerIr } from '@mission-control/policy/evaluate';
import { mergeHistograms, quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { AgentMinute } from './windows.store.ts';

const MINUTE_MS = 60_000;
const MAX_OPEN_MS = 15 * MINUTE_MS;

/** While a breaker would have been open; the end is the first instant at which it is tried again. */
export interface OpenTime {
  fromMs: number;
  toMs: number;
}

type Minute = Pick<AgentMinute, 'minute_ms' | 'n' | 'errors' | 'violations' | 'histograms'>;

/** What a breaker watches, over some minutes, in the unit of its `over`. */
function measure(watch: BreakerIr['watch'], minutes: readonly Minute[]): { n: number; value: number } {
  const sum = (name: 'n' | 'errors' | 'violations') => minutes.reduce((total, minute) => total + minute[name], 0);
  if (watch === 'violations') return { n: sum('n') + sum('violations'), value: sum('violations') };
  if (watch === 'error_rate') return { n: sum('n'), value: sum('n') === 0 ? 0 : sum('errors') / sum('n') };
  const slow = quantile(mergeHistograms(minutes.flatMap(({ histograms }) => histograms ?? [])), 0.95);
  return { n: sum('n'), value: (slow ?? 0) / 1_000 };
}

/**
 * When a breaker of one key would have been open, by the minutes of its calls in order. It opens at the end of a minute;
 * its open time doubles with every try that fails, without jitter; the calls recorded after it stand for its probes.
 */
export function createBreaker({ watch, over, window_ms, min, open_ms, probes }: BreakerIr) {
  const opened: OpenTime[] = [];
  let window: Minute[] = [];
  let tries = 0;
  let isTrying = false;

  const open = (minute: Minute): void => {
    const fromMs = minute.minute_ms + MINUTE_MS;
    opened.push({ fromMs, toMs: fromMs + Math.min(MAX_OPEN_MS, open_ms * 2 ** tries) });
    tries++;
    isTrying = true;
    window = [];
  };
  const tryAgain = (): void => {
    const { n, value } = measure(watch, window);
    const last = window.at(-1);
    if (value > over && last) open(last);
    else if (n >= probes) {
      [isTrying, tries] = [false, 0];
      window = [];
    }
  };
  return {
    opened,
    add(minute: Minute): void {
      if (minute.minute_ms < (opened.at(-1)?.toMs ?? 0)) return;
      window = [...window.filter(({ minute_ms }) => minute_ms > minute.minute_ms - window_ms), minute];
      if (isTrying) tryAgain();
      else {
        const { n, value } = measure(watch, window);
        if (n >= min && value > over) open(minute);
      }
    },
  };
}
