import type { BacktestReport } from '#console/api/contract.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { Panel } from '#console/ui/layout/page.tsx';

/** What came of it, in numbers: what could not be told stands apart and is never counted as passed. */
export function BacktestFigures({ report }: { report: BacktestReport }) {
  const figures = [
    { name: 'Would block', value: report.would_block, tone: 'text-bad' },
    { name: 'Would ask a person', value: report.would_approve, tone: 'text-warn' },
    { name: 'Would warn', value: report.would_warn },
    { name: 'Decided otherwise than then', value: report.flips },
    { name: 'Runs hit', value: report.runs_hit },
    { name: 'Of those had succeeded', value: report.runs_hit_succeeded, tone: 'text-warn' },
    { name: 'Could not be told', value: report.undecidable, hint: 'Redacted or not kept; never counted as passed.' },
  ];
  return (
    <Panel>
      <dl className="grid grid-cols-2 gap-px bg-line sm:grid-cols-4 xl:grid-cols-7">
        {figures.map(({ name, value, tone, hint }) => (
          <div key={name} title={hint} className="grid content-between bg-surface px-4 py-3">
            <dt className="text-sm text-fg-3">{name}</dt>
            <dd className={cx('num text-xl font-semibold', value > 0 && tone)}>{formatCount(value)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
