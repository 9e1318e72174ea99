import { Link } from '@tanstack/react-router';
import type { Breaker } from '#console/api/contract.ts';
import { useNow } from '#console/lib/browser/clock.ts';
import { formatLeft } from '#console/lib/format/left.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { breakerLooks } from '#console/ui/state/looks.ts';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { formatMeasure, toPartText } from './breaker-text.ts';

interface BreakersTableProps {
  breakers: readonly Breaker[];
  selectedId: string | undefined;
  onEnd: () => void;
}

/** Breakers; a row opens its detail beside the list. */
export function BreakersTable({ breakers, selectedId, onEnd }: BreakersTableProps) {
  return (
    <DataTable
      label="Breakers"
      rows={breakers}
      rowKey={idOf}
      columns={columns}
      card={(breaker) => <BreakerCard breaker={breaker} />}
      selectedKey={selectedId}
      onEnd={onEnd}
    />
  );
}

const idOf = (breaker: Breaker) => breaker.id;

const columns: readonly Column<Breaker>[] = [
  { id: 'state', header: 'State', track: '132px', cell: (breaker) => <State breaker={breaker} /> },
  {
    id: 'agent',
    header: 'Agent',
    track: 'minmax(130px, 1fr)',
    cell: (breaker) => <BreakerLink breaker={breaker} />,
  },
  {
    id: 'part',
    header: 'Tool or version',
    track: 'minmax(110px, 1fr)',
    from: 860,
    cell: (breaker) => (
      <span className="font-mono text-sm text-fg-2">
        <ForeignText text={toPartText(breaker) ?? NONE} />
      </span>
    ),
  },
  {
    id: 'rule',
    header: 'Rule',
    track: 'minmax(160px, 1.4fr)',
    from: 1040,
    cell: ({ rule }) => (
      <code className="font-mono text-sm text-fg-2">
        <ForeignText text={rule} />
      </code>
    ),
  },
  {
    id: 'value',
    header: 'Opened at',
    track: '140px',
    align: 'end',
    from: 700,
    cell: ({ watch, value, over }) =>
      value === null ? NONE : `${formatMeasure(watch, value)} of ${formatMeasure(watch, over)}`,
  },
  { id: 'retry', header: 'Tries again', track: '92px', align: 'end', cell: ({ retry_at }) => <Retry at={retry_at} /> },
  {
    id: 'at',
    header: 'Changed',
    track: '84px',
    align: 'end',
    cell: ({ updated_at }) => <Ago at={updated_at} className="text-fg-2" />,
  },
];

function State({ breaker: { state, held_by, mode } }: { breaker: Breaker }) {
  return (
    <span className="inline-flex items-center gap-2">
      <MarkedWord look={breakerLooks[state]} />
      {held_by !== null && <Badge title="A person keeps it as it is">held</Badge>}
      {mode === 'monitor' && <Badge title="It only watches">monitor</Badge>}
    </span>
  );
}

/** How long until it lets a few runs try. */
export function Retry({ at }: { at: string | null }) {
  const nowMs = useNow();
  if (at === null) return NONE;
  return <>{formatLeft(Date.parse(at), nowMs) ?? 'now'}</>;
}

function BreakerLink({ breaker }: { breaker: Breaker }) {
  return (
    <Link
      data-row-link
      from="/breakers"
      to="/breakers"
      search={(before) => ({ ...before, id: breaker.id })}
      replace
      className="font-medium hover:text-accent"
    >
      <ForeignText text={breaker.agent_name} />
    </Link>
  );
}

function BreakerCard({ breaker }: { breaker: Breaker }) {
  const { state, rule, retry_at, updated_at } = breaker;
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <Mark look={breakerLooks[state]} label={breakerLooks[state].word} />
        <BreakerLink breaker={breaker} />
        <Ago at={updated_at} className="ml-auto shrink-0 text-sm text-fg-3" />
      </div>
      <p className="truncate pl-5 font-mono text-sm text-fg-2">
        <ForeignText text={toPartText(breaker) ?? rule} />
      </p>
      <p className="flex flex-wrap gap-x-3 pl-5 text-sm text-fg-3">
        <span>{breakerLooks[state].word}</span>
        {state === 'open' && (
          <span className="num">
            tries again: <Retry at={retry_at} />
          </span>
        )}
      </p>
    </div>
  );
}
