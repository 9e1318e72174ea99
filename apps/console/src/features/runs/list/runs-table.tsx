import { Link } from '@tanstack/react-router';
import type { Run } from '#console/api/contract.ts';
import { formatCompact, formatCostUsd, formatCount, NONE } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago, Elapsed } from '#console/ui/data/time.tsx';
import { runLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { Tinted } from '#console/ui/table/tinted.tsx';
import { RunBadges } from '../run-badges.tsx';

interface RunsTableProps {
  runs: readonly Run[];
  /** Left out on the page of one agent. */
  hasAgent?: boolean;
  onEnd?: (() => void) | undefined;
}

/** Runs, newest first. `data-event-at` is the server's instant of the newest event, for measuring how live the row is. */
export function RunsTable({ runs, hasAgent = true, onEnd }: RunsTableProps) {
  return (
    <DataTable
      label="Runs"
      rows={runs}
      rowKey={idOf}
      columns={hasAgent ? columns : columns.filter(({ id }) => id !== 'agent')}
      card={(run) => <RunCard run={run} hasAgent={hasAgent} />}
      rowData={(run) => ({ 'data-run': run.id, 'data-event-at': run.last_event_at, 'data-steps': String(run.steps) })}
      onEnd={onEnd}
    />
  );
}

const idOf = (run: Run) => run.id;

const columns: readonly Column<Run>[] = [
  { id: 'run', header: 'Run', track: 'minmax(180px, 2fr)', cell: (run) => <RunName run={run} /> },
  { id: 'agent', header: 'Agent', track: 'minmax(110px, 1fr)', from: 880, cell: (run) => <AgentLink run={run} /> },
  { id: 'now', header: 'Now', track: 'minmax(180px, 1.8fr)', from: 680, cell: (run) => <NowCell run={run} /> },
  {
    id: 'steps',
    header: 'Steps',
    track: '52px',
    align: 'end',
    cell: (run) => <Tinted value={run.steps}>{formatCount(run.steps)}</Tinted>,
  },
  {
    id: 'tokens',
    header: 'Tokens',
    track: '64px',
    align: 'end',
    from: 760,
    cell: (run) => <Quiet value={run.tokens_input + run.tokens_output} />,
  },
  {
    id: 'cost',
    header: 'Cost',
    track: '64px',
    align: 'end',
    from: 960,
    cell: (run) => (
      <span className={cx(!run.cost_usd && 'text-fg-3')}>{formatCostUsd(run.cost_usd, run.unpriced_tokens)}</span>
    ),
  },
  {
    id: 'elapsed',
    header: 'Duration',
    track: '72px',
    align: 'end',
    cell: (run) => <Elapsed startedAt={run.started_at} durUs={run.dur_us} isRunning={run.status === 'running'} />,
  },
  {
    id: 'started',
    header: 'Started',
    track: '72px',
    align: 'end',
    from: 480,
    cell: (run) => <Ago at={run.started_at} className="text-fg-2" />,
  },
];

function RunName({ run }: { run: Run }) {
  const look = runLooks[run.status];
  return (
    <span className="flex min-w-0 items-center gap-2.5" title={`${look.word}\n${run.id}`}>
      <Mark look={look} label={look.word} />
      <Link
        data-row-link
        to="/runs/$runId"
        params={{ runId: run.id }}
        search={{}}
        className="truncate font-medium hover:text-accent"
      >
        {run.name === null ? 'Unnamed run' : <ForeignText text={run.name} />}
      </Link>
    </span>
  );
}

function AgentLink({ run }: { run: Run }) {
  return (
    <Link to="/agents/$agentId" params={{ agentId: run.agent_id }} className="text-fg-2 hover:text-accent">
      {run.agent_name === null ? 'Deleted agent' : <ForeignText text={run.agent_name} />}
      {run.agent_version_number !== null && <span className="text-fg-3"> v{run.agent_version_number}</span>}
    </Link>
  );
}

function NowCell({ run }: { run: Run }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="min-w-0 truncate">
        <Doing run={run} />
      </span>
      <RunBadges run={run} />
    </span>
  );
}

/** The one line that says most: the step in progress, else why it failed, else how it ended. */
function Doing({ run }: { run: Run }) {
  if (run.status === 'running')
    return (
      <span className="text-run">
        {run.current_step === null ? 'starting' : <ForeignText text={run.current_step} />}
      </span>
    );
  if (run.status === 'error')
    return (
      <span className="text-bad">
        <ForeignText text={run.error_message ?? run.error_type ?? 'failed'} />
      </span>
    );
  return (
    <span className="text-fg-2">
      {run.outcome === null ? runLooks[run.status].word : <ForeignText text={run.outcome} />}
    </span>
  );
}

function Quiet({ value }: { value: number }) {
  return <span className={cx(value === 0 && 'text-fg-3')}>{value === 0 ? NONE : formatCompact(value)}</span>;
}

function RunCard({ run, hasAgent }: { run: Run; hasAgent: boolean }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center justify-between gap-3">
        <RunName run={run} />
        <Ago at={run.started_at} className="shrink-0 text-sm text-fg-3" />
      </div>
      <p className="truncate pl-5 text-sm">
        {hasAgent && <span className="text-fg-2">{run.agent_name} · </span>}
        <Doing run={run} />
      </p>
      <div className="num flex flex-wrap items-center gap-x-4 gap-y-1 pl-5 text-sm text-fg-2">
        <span>{formatCount(run.steps)} steps</span>
        <span>{formatCompact(run.tokens_input + run.tokens_output)} tokens</span>
        <Elapsed startedAt={run.started_at} durUs={run.dur_us} isRunning={run.status === 'running'} />
        <RunBadges run={run} />
      </div>
    </div>
  );
}
