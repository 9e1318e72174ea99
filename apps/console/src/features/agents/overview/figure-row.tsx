import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Agent, Overview } from '#console/api/contract.ts';
import {
  formatCompact,
  formatCostUsd,
  formatCount,
  formatDurationUs,
  formatShare,
  NONE,
} from '#console/lib/format/numbers.ts';
import { Sparkline } from '#console/ui/chart/sparkline.tsx';
import { cx } from '#console/ui/class-names.ts';
import { Skeleton } from '#console/ui/feedback/states.tsx';
import { healthLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { Tinted } from '#console/ui/table/tinted.tsx';

const HEALTHS = ['red', 'amber', 'green', 'grey'] as const;

/** The six numbers on top, each with the shape of its last hour. */
export function FigureRow({ overview, agents }: { overview: Overview | undefined; agents: readonly Agent[] }) {
  if (!overview) return <FigureSkeleton />;
  const { active_runs, runs_per_min, error_rate, tokens_per_min, cost_today_usd, p95_ms } = overview;
  const isFailing = (error_rate.value ?? 0) >= 0.05;
  return (
    <Tiles>
      <HealthTile overview={overview} agents={agents} />
      <Figure name="Active runs" value={formatCount(active_runs.value ?? 0)} points={active_runs.points} />
      <Figure
        name="Runs per minute"
        value={formatCompact(round(runs_per_min.value ?? 0))}
        points={runs_per_min.points}
      />
      <Figure
        name="Failed runs"
        value={error_rate.value === null ? NONE : formatShare(error_rate.value)}
        note={p95_ms.value === null ? undefined : `p95 ${formatDurationUs(p95_ms.value * 1_000)}`}
        points={error_rate.points}
        tone={isFailing ? 'bad' : 'accent'}
      />
      <Figure
        name="Tokens per minute"
        value={formatCompact(Math.round(tokens_per_min.value ?? 0))}
        points={tokens_per_min.points}
      />
      <Figure
        name="Cost today"
        value={formatCostUsd(cost_today_usd.value, overview.unpriced_tokens_today)}
        note={
          overview.unpriced_tokens_today > 0
            ? `${formatCompact(overview.unpriced_tokens_today)} tokens unpriced`
            : undefined
        }
        points={cost_today_usd.points}
      />
    </Tiles>
  );
}

const round = (n: number) => Math.round(n * 10) / 10;

function Tiles({ children }: { children: ReactNode }) {
  return (
    <div className="px-4 pb-4 sm:px-6">
      <div className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-line md:grid-cols-3 xl:grid-cols-6">
        {children}
      </div>
    </div>
  );
}

interface FigureProps {
  name: string;
  value: string;
  note?: string | undefined;
  points: readonly (number | null)[];
  tone?: 'accent' | 'bad';
}

function Figure({ name, value, note, points, tone = 'accent' }: FigureProps) {
  return (
    <div className="flex min-h-24 min-w-0 flex-col bg-surface px-4 pt-3">
      <p className="truncate text-sm text-fg-3">{name}</p>
      <p
        className={cx(
          'num flex items-baseline gap-2 text-2xl font-semibold tracking-[-0.02em]',
          tone === 'bad' && 'text-bad',
        )}
      >
        <span className="shrink-0">
          <Tinted value={value}>{value}</Tinted>
        </span>
        {note && <span className="truncate text-sm font-normal tracking-normal text-fg-3">{note}</span>}
      </p>
      <Sparkline
        points={points}
        label={`${name} over the last hour`}
        className={cx('-mx-4 mt-auto h-7 w-[calc(100%+2rem)]', tone === 'bad' ? 'text-bad' : 'text-accent')}
      />
    </div>
  );
}

function HealthTile({ overview, agents }: { overview: Overview; agents: readonly Agent[] }) {
  const counts = overview.health;
  const total = HEALTHS.reduce((sum, health) => sum + counts[health], 0);
  return (
    <div className="flex min-h-24 min-w-0 flex-col bg-surface px-4 pt-3 pb-3">
      <p className="text-sm text-fg-3">Agents</p>
      <p className="num text-2xl font-semibold tracking-[-0.02em]">{formatCount(total || agents.length)}</p>
      <ul className="mt-auto flex flex-wrap gap-x-3 gap-y-1">
        {HEALTHS.filter((health) => counts[health] > 0).map((health) => (
          <li key={health}>
            <Link
              to="/agents"
              search={{ health }}
              title={`${counts[health]} ${healthLooks[health].word.toLowerCase()}`}
              className="num inline-flex items-center gap-1.5 text-fg-2 hover:text-fg"
            >
              <Mark look={healthLooks[health]} label={healthLooks[health].word} />
              {counts[health]}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function FigureSkeleton() {
  return (
    <Tiles>
      {['agents', 'active', 'rate', 'failed', 'tokens', 'cost'].map((name) => (
        <div key={name} className="grid min-h-24 content-start gap-3 bg-surface px-4 pt-4">
          <Skeleton className="h-2.5 w-20" />
          <Skeleton className="h-5 w-14" />
        </div>
      ))}
    </Tiles>
  );
}
