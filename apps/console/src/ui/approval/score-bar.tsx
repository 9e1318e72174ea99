import { cx } from '../class-names.ts';

/** A score from 0 to 100 as a bar and a number. */
export function ScoreBar({ label, score }: { label: string; score: number }) {
  const tone = score >= 80 ? 'bg-ok' : score >= 50 ? 'bg-warn' : 'bg-bad';
  return (
    <div className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)_3rem] items-center gap-3">
      <span className="truncate text-fg-2">{label}</span>
      <span aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
        <span className={cx('block h-full', tone)} style={{ width: `${Math.min(Math.max(score, 0), 100)}%` }} />
      </span>
      <span className="num text-right">{Math.round(score * 100) / 100}</span>
    </div>
  );
}
