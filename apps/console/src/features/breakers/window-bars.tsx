import type { BreakerDetail } from '#console/api/contract.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { formatClock } from '#console/lib/format/time.ts';
import { cx } from '#console/ui/class-names.ts';
import { formatMeasure, toBucketValue } from './breaker-text.ts';

/** The calls of its window by ten seconds, each bar against the threshold. */
export function WindowBars({ breaker: { buckets, watch, over } }: { breaker: BreakerDetail }) {
  if (buckets.length === 0) return <p className="text-fg-3">No call in its window.</p>;
  const values = buckets.map((bucket) => toBucketValue(watch, bucket));
  const top = Math.max(over * 1.25, ...values);
  const calls = buckets.reduce((sum, bucket) => sum + bucket.calls, 0);
  return (
    <figure className="grid gap-1.5">
      <div className="relative flex h-24 items-end justify-end gap-px rounded border bg-bg p-px">
        {buckets.map((bucket, index) => {
          const value = values[index] ?? 0;
          return (
            <span
              key={bucket.t}
              title={`${formatClock(Date.parse(bucket.t))}: ${formatMeasure(watch, value)} in ${plural(bucket.calls, 'call')}`}
              className={cx('max-w-3 min-w-0.5 flex-1', value > over ? 'bg-bad' : 'bg-accent')}
              style={{ height: `${Math.max((value / top) * 100, 2)}%` }}
            />
          );
        })}
        <span
          aria-hidden
          className="absolute inset-x-0 border-t border-dashed border-fg-2"
          style={{ bottom: `${(over / top) * 100}%` }}
        />
      </div>
      <figcaption className="num text-sm text-fg-3">
        {plural(calls, 'call')}; the line is {formatMeasure(watch, over)}
      </figcaption>
    </figure>
  );
}
