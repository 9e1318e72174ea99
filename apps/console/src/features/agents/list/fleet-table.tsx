import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Agent, AgentFigures } from '#console/api/contract.ts';
import type { Selection } from '#console/lib/browser/use-selection.ts';
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
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { agentStatusLooks, controlLooks, healthLooks, lifecycleLooks } from '#console/ui/state/looks.ts';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { Tinted } from '#console/ui/table/tinted.tsx';

/** An agent and its figures of the last hour; no figures without traffic. */
export interface FleetRow {
  agent: Agent;
  figures: AgentFigures | undefined;
  /** The name of the board that it works on. */
  board: string | undefined;
}

interface FleetTableProps {
  agents: readonly Agent[];
  figures: ReadonlyMap<string, AgentFigures>;
  /** Names of boards by id, where boards are of interest. */
  boards?: ReadonlyMap<string, string>;
  onEnd?: (() => void) | undefined;
  isInset?: boolean;
  /** What is chosen of the agents that can be. */
  selection?: (Pick<Selection, 'chosen' | 'toggle'> & { canChoose: (agent: Agent) => boolean }) | undefined;
}

const isLate = ({ agent, figures }: FleetRow) =>
  agent.latency_sla_ms !== null && figures?.p95_ms != null && figures.p95_ms > agent.latency_sla_ms;

const FAILING_SHARE = 0.05;

/** Agents with how they are and what they did in the last hour. */
export function FleetTable({ agents, figures, boards, onEnd, isInset = false, selection }: FleetTableProps) {
  const rows = useMemo(
    () =>
      agents.map((agent) => ({
        agent,
        figures: figures.get(agent.id),
        board: agent.board_id === null ? undefined : boards?.get(agent.board_id),
      })),
    [agents, figures, boards],
  );
  return (
    <DataTable
      label="Agents"
      rows={rows}
      rowKey={idOf}
      columns={columns}
      card={(row) => <AgentCard row={row} />}
      onEnd={onEnd}
      isInset={isInset}
      selection={selection && { ...selection, canChoose: ({ agent }) => selection.canChoose(agent) }}
    />
  );
}

const idOf = ({ agent }: FleetRow) => agent.id;

const columns: readonly Column<FleetRow>[] = [
  { id: 'agent', header: 'Agent', track: 'minmax(190px, 2.2fr)', cell: ({ agent }) => <AgentName agent={agent} /> },
  { id: 'state', header: 'State', track: '118px', cell: ({ agent }) => <AgentState agent={agent} /> },
  {
    id: 'version',
    header: 'Version',
    track: '60px',
    from: 850,
    align: 'end',
    cell: ({ agent }) => (agent.active_version_number === null ? NONE : `v${agent.active_version_number}`),
  },
  {
    id: 'where',
    header: 'Board or framework',
    track: 'minmax(90px, 1fr)',
    from: 1250,
    cell: ({ agent, board }) => (
      <span className="text-fg-2">
        <ForeignText text={board ?? agent.framework ?? NONE} />
      </span>
    ),
  },
  {
    id: 'model',
    header: 'Model',
    track: 'minmax(90px, 1fr)',
    from: 1360,
    cell: ({ agent }) => (
      <span className="text-fg-2">
        <ForeignText text={agent.model ?? NONE} />
      </span>
    ),
  },
  {
    id: 'active',
    header: 'Active',
    track: '52px',
    align: 'end',
    cell: ({ figures }) => (
      <Tinted value={figures?.active_runs ?? 0}>
        <Dim value={figures?.active_runs ?? 0}>{formatCount(figures?.active_runs ?? 0)}</Dim>
      </Tinted>
    ),
  },
  {
    id: 'rate',
    header: 'Runs, 1 h',
    track: '92px',
    from: 1050,
    cell: ({ figures }) => <RunsTrend figures={figures} />,
  },
  { id: 'p95', header: 'p95 / SLA', track: '118px', align: 'end', from: 780, cell: (row) => <Latency row={row} /> },
  {
    id: 'errors',
    header: 'Errors',
    track: '56px',
    align: 'end',
    cell: ({ figures }) => <ErrorShare figures={figures} />,
  },
  {
    id: 'tokens',
    header: 'Tokens/h',
    track: '72px',
    align: 'end',
    from: 940,
    cell: ({ figures }) => (
      <Dim value={figures?.tokens_per_h ?? 0}>{formatCompact(Math.round(figures?.tokens_per_h ?? 0))}</Dim>
    ),
  },
  {
    id: 'cost',
    header: 'Cost today',
    track: '84px',
    align: 'end',
    from: 1150,
    cell: ({ figures }) => (
      <Dim value={figures?.cost_today_usd ?? 0}>
        {figures ? formatCostUsd(figures.cost_today_usd, figures.unpriced_tokens_today) : NONE}
      </Dim>
    ),
  },
  {
    id: 'seen',
    header: 'Last seen',
    track: '76px',
    align: 'end',
    from: 640,
    cell: ({ agent }) => <Ago at={agent.last_seen_at} className="text-fg-2" />,
  },
];

function AgentName({ agent }: { agent: Agent }) {
  const look = healthLooks[agent.health];
  const reasons = agent.health_reasons.map((reason) => reason.text).join('\n');
  return (
    <span
      className="flex min-w-0 items-center gap-2.5"
      title={[agent.slug, look.word, reasons].filter(Boolean).join('\n')}
    >
      <Mark look={look} label={look.word} />
      <Link
        data-row-link
        to="/agents/$agentId"
        params={{ agentId: agent.id }}
        className="truncate font-medium hover:text-accent"
      >
        <ForeignText text={agent.name} />
      </Link>
      {(agent.kind === 'lead' || agent.kind === 'main') && <Badge>{agent.kind}</Badge>}
    </span>
  );
}

/** What holds an agent first; then how its gateway fares with it; else that it is active. */
function AgentState({ agent }: { agent: Agent }) {
  const isOurs = agent.gateway_id !== null && agent.control_state === 'active';
  if (isOurs && agent.lifecycle_state !== 'steady')
    return (
      <span title={agent.last_error?.message}>
        <MarkedWord look={lifecycleLooks[agent.lifecycle_state]} />
      </span>
    );
  if (isOurs) return <MarkedWord look={agentStatusLooks[agent.status]} className="text-fg-2" />;
  const look = controlLooks[agent.control_state];
  const isQuiet = agent.control_state === 'active';
  return (
    <span title={agent.control_reason ?? undefined} className={cx('inline-flex', isQuiet && 'text-fg-3')}>
      {isQuiet ? look.word : <MarkedWord look={look} />}
    </span>
  );
}

function RunsTrend({ figures }: { figures: AgentFigures | undefined }) {
  if (!figures) return <span className="text-fg-3">{NONE}</span>;
  const total = figures.runs_points.reduce((sum, n) => sum + n, 0);
  return (
    <Sparkline
      points={figures.runs_points}
      label={`${total} runs in the last hour`}
      className="h-5 w-full text-accent"
    />
  );
}

function Latency({ row }: { row: FleetRow }) {
  const { agent, figures } = row;
  const p95 = figures?.p95_ms ?? null;
  return (
    <span
      className={cx(isLate(row) && 'font-medium text-warn')}
      title={isLate(row) ? 'Slower than its service level' : undefined}
    >
      {p95 === null ? <span className="text-fg-3">{NONE}</span> : formatDurationUs(p95 * 1_000)}
      {agent.latency_sla_ms !== null && (
        <span className="text-fg-3"> / {formatDurationUs(agent.latency_sla_ms * 1_000)}</span>
      )}
    </span>
  );
}

function ErrorShare({ figures }: { figures: AgentFigures | undefined }) {
  const share = figures?.error_rate ?? null;
  if (share === null) return <span className="text-fg-3">{NONE}</span>;
  return (
    <span className={cx(share >= FAILING_SHARE ? 'font-medium text-bad' : share === 0 && 'text-fg-3')}>
      {formatShare(share)}
    </span>
  );
}

/** A number that recedes when it is zero. */
function Dim({ value, children }: { value: number; children: string }) {
  return <span className={value === 0 ? 'text-fg-3' : undefined}>{children}</span>;
}

function AgentCard({ row }: { row: FleetRow }) {
  const { agent, figures } = row;
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <AgentName agent={agent} />
        <AgentState agent={agent} />
      </div>
      <div className="num flex flex-wrap gap-x-4 gap-y-1 pl-5 text-sm text-fg-2">
        <span>{formatCount(figures?.active_runs ?? 0)} active</span>
        <span>
          p95 <Latency row={row} />
        </span>
        <span>
          <ErrorShare figures={figures} /> errors
        </span>
        <Ago at={agent.last_seen_at} className="ml-auto text-fg-3" />
      </div>
      {agent.lifecycle_state === 'failed' && agent.last_error && (
        <p className="pl-5 text-sm break-words text-bad">
          <ForeignText text={agent.last_error.message} />
        </p>
      )}
    </div>
  );
}
