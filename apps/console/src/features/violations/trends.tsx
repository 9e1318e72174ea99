import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { type TrendGroup, violationTrendsQuery } from '#console/api/queries/enforcement/violation-trends.ts';
import { formatCount, plural } from '#console/lib/format/numbers.ts';
import { toStepMs, toTrendPoints } from '#console/lib/trend-points.ts';
import { Sparkline } from '#console/ui/chart/sparkline.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';

const RANGES = [
  { value: '24', label: '24 hours' },
  { value: '168', label: '7 days' },
  { value: '720', label: '30 days' },
];

interface Item {
  key: string;
  name: string;
  count: number;
  blocked: number;
  would_have: number;
  open: number;
  last_at: string;
}

/** How many violations there were over time, the most first; a line leads to them. */
export function Trends({ by }: { by: TrendGroup }) {
  const [range, setRange] = useState('24');
  const hours = Number(range);
  const { data, error, refetch } = useQuery({
    ...violationTrendsQuery(by, hours),
    placeholderData: keepPreviousData,
  });
  if (error && !data)
    return <Failed what="The trends could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={6} />;
  return (
    <div className="grid gap-3 py-3">
      <div className="flex flex-wrap items-center gap-3 px-4 sm:px-6">
        <Segmented label="Range" choices={RANGES} value={range} onChange={setRange} />
        <span className="num text-fg-2">{plural(data.total, 'violation')}</span>
      </div>
      {data.items.length === 0 && <p className="px-4 text-fg-2 sm:px-6">None in this range.</p>}
      <ul className="border-t">
        {data.items.map((item) => {
          const points = toTrendPoints(item.trend, { from: data.from, to: data.to, stepMs: toStepMs(hours) });
          return (
            <li
              key={item.key}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 border-b bg-surface px-4 py-2 sm:grid-cols-[minmax(0,1fr)_10rem_16rem] sm:px-6"
            >
              <Link
                from="/violations"
                to="/violations"
                search={toFilter(by, item.key)}
                className="min-w-0 truncate font-medium hover:text-accent"
              >
                <ForeignText text={item.name} />
              </Link>
              <Sparkline
                points={points}
                label={`Over time: ${points.join(', ')}`}
                className="h-6 w-full text-accent max-sm:w-24"
              />
              <Counts item={item} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Counts({ item: { count, blocked, would_have, open, last_at } }: { item: Item }) {
  const parts = [
    blocked > 0 && `${formatCount(blocked)} blocked`,
    would_have > 0 && `${formatCount(would_have)} would have been`,
    open > 0 && `${formatCount(open)} open`,
  ].filter(Boolean);
  return (
    <p className="num text-sm text-fg-2 max-sm:col-span-2 sm:text-right">
      <span className="text-base font-semibold text-fg">{formatCount(count)}</span> {parts.join(' · ')}{' '}
      <Ago at={last_at} className="text-fg-3" />
    </p>
  );
}

/** What leads from a line to its violations; a key with a colon is a rule, else a code. */
function toFilter(by: TrendGroup, key: string) {
  if (by === 'agent') return { agent_id: key };
  if (by === 'tool') return { tool: key };
  return key.includes(':') ? { rule: key } : { code: key };
}
