import { cx } from '#console/ui/class-names.ts';

const LEVELS: Record<string, number> = { high: 3, medium: 2, low: 1 };

/** How urgent: bars, with the word for those who do not see them. */
export function PriorityMark({ priority, className }: { priority: string; className?: string }) {
  const level = LEVELS[priority] ?? 0;
  return (
    <span title={`Priority ${priority}`} className={cx('flex h-2.5 shrink-0 items-end gap-px', className)}>
      <span className="sr-only">Priority {priority}. </span>
      {[1, 2, 3].map((bar) => (
        <span
          key={bar}
          aria-hidden
          style={{ height: `${bar * 3 + 1}px` }}
          className={cx('w-0.5 rounded-sm', bar <= level ? (level === 3 ? 'bg-bad' : 'bg-fg-2') : 'bg-line-strong')}
        />
      ))}
    </span>
  );
}
