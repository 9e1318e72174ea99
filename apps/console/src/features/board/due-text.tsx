import { useNow } from '#console/lib/browser/clock.ts';
import { formatAge, formatExact } from '#console/lib/format/time.ts';
import { cx } from '#console/ui/class-names.ts';

/** When it is due, and in words when that is past. */
export function DueText({ at }: { at: string }) {
  const atMs = Date.parse(at);
  const nowMs = useNow();
  const isOver = atMs < nowMs;
  const text = isOver ? `overdue ${formatAge(atMs, nowMs)}` : `due ${new Date(atMs).toLocaleDateString()}`;
  return (
    <time dateTime={at} title={formatExact(atMs)} className={cx('whitespace-nowrap', isOver && 'text-bad')}>
      {text}
    </time>
  );
}
