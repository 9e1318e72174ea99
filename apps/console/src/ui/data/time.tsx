import { useNow } from '#console/lib/browser/clock.ts';
import { formatDurationUs, NONE } from '#console/lib/format/numbers.ts';
import { formatAge, formatClock, formatExact } from '#console/lib/format/time.ts';

/** How long ago, with the exact instant on hover. */
export function Ago({ at, className }: { at: string | null; className?: string }) {
  const nowMs = useNow();
  if (at === null) return <span className={className}>{NONE}</span>;
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(atMs)} className={className}>
      {formatAge(atMs, nowMs)}
    </time>
  );
}

/** Time of day to the millisecond, with the exact instant on hover. */
export function ClockTime({ at, className }: { at: string; className?: string }) {
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(atMs)} className={className}>
      {formatClock(atMs)}
    </time>
  );
}

interface ElapsedProps {
  startedAt: string;
  durUs: number | null;
  isRunning: boolean;
}

/** A duration; while running it counts on. */
export function Elapsed({ startedAt, durUs, isRunning }: ElapsedProps) {
  if (isRunning) return <Counting sinceMs={Date.parse(startedAt)} />;
  return durUs === null ? NONE : formatDurationUs(durUs);
}

function Counting({ sinceMs }: { sinceMs: number }) {
  const seconds = Math.max(0, Math.round((useNow() - sinceMs) / 1_000));
  return seconds === 0 ? '0 s' : formatDurationUs(seconds * 1_000_000);
}
