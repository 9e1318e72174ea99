import { useNow } from '#console/lib/browser/clock.ts';
import { formatLeft } from '#console/lib/format/left.ts';
import { formatExact } from '#console/lib/format/time.ts';
import { cx } from '../class-names.ts';

const URGENT_MS = 3_600_000;

/** How long a person has to decide; afterwards the answer is no. */
export function TimeLeft({ at, className }: { at: string; className?: string }) {
  const atMs = Date.parse(at);
  const nowMs = useNow();
  const left = formatLeft(atMs, nowMs);
  return (
    <time
      dateTime={at}
      title={`Counts as rejected from ${formatExact(atMs)} on`}
      className={cx('num whitespace-nowrap', atMs - nowMs < URGENT_MS ? 'text-bad' : 'text-fg-2', className)}
    >
      {left === undefined ? 'expired' : `${left} left`}
    </time>
  );
}
