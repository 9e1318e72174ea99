import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Graph, GraphEdge } from '#console/api/contract.ts';
import { formatCount, NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { healthLooks } from '#console/ui/state/looks.ts';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { formatMs, formatPerMin, formatRate, toName } from './node-text.ts';

interface Row {
  id: string;
  from: string;
  to: string;
  edge: GraphEdge;
}

const RANK = { red: 0, amber: 1, green: 2, grey: 3 };

/** The same calls as rows, worst first: the way of the keyboard, of screen readers and of phones. */
export function GraphTable({ graph, selected }: { graph: Graph; selected: string | undefined }) {
  const rows = useMemo(() => {
    const nameOf = new Map(graph.nodes.map((node) => [node.id, toName(node)]));
    return graph.edges
      .map((edge) => ({
        ...{ id: edge.id, edge },
        from: nameOf.get(edge.from) ?? NONE,
        to: nameOf.get(edge.to) ?? NONE,
      }))
      .toSorted((a, b) => RANK[a.edge.status] - RANK[b.edge.status] || b.edge.per_min - a.edge.per_min);
  }, [graph]);
  return (
    <DataTable
      label="Calls between agents"
      rows={rows}
      rowKey={idOf}
      columns={columns}
      card={(row) => <CallCard row={row} />}
      selectedKey={selected}
    />
  );
}

const idOf = ({ id }: Row) => id;

const columns: readonly Column<Row>[] = [
  { id: 'status', header: 'State', track: '112px', cell: ({ edge }) => <MarkedWord look={healthLooks[edge.status]} /> },
  { id: 'from', header: 'Caller', track: 'minmax(120px, 1fr)', cell: (row) => <CallLink row={row} text={row.from} /> },
  { id: 'to', header: 'Callee', track: 'minmax(120px, 1fr)', cell: ({ to }) => <ForeignText text={to} /> },
  {
    id: 'volume',
    header: 'Messages',
    track: '96px',
    align: 'end',
    cell: ({ edge }) => formatPerMin(edge.per_min),
  },
  {
    id: 'errors',
    header: 'Failed',
    track: '72px',
    align: 'end',
    cell: ({ edge }) => formatRate(edge.calls === 0 ? null : edge.errors / edge.calls),
  },
  {
    id: 'attempts',
    header: 'Tries',
    track: '64px',
    align: 'end',
    from: 760,
    cell: ({ edge }) => edge.attempts_per_call?.toFixed(1) ?? NONE,
  },
  { id: 'p95', header: 'p95', track: '84px', align: 'end', cell: ({ edge }) => formatMs(edge.p95_ms) },
  {
    id: 'share',
    header: 'Of its time',
    track: '88px',
    align: 'end',
    from: 860,
    cell: ({ edge }) => formatRate(edge.share),
  },
  {
    id: 'provenance',
    header: 'Known by',
    track: '104px',
    from: 980,
    cell: ({ edge }) => (edge.is_unused ? 'unused' : PROVENANCE[edge.provenance]),
  },
];

const PROVENANCE = { declared: 'declaration', observed: 'runs', both: 'both' };

function CallLink({ row, text }: { row: Row; text: string }) {
  return (
    <Link
      data-row-link
      from="/graph"
      to="/graph"
      search={(before) => ({ ...before, id: row.id })}
      replace
      className="font-medium hover:text-accent"
    >
      <ForeignText text={text} />
    </Link>
  );
}

function CallCard({ row }: { row: Row }) {
  const { edge, from, to } = row;
  const look = healthLooks[edge.status];
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex min-w-0 items-center gap-2.5">
        <Mark look={look} label={look.word} />
        <span className="min-w-0 truncate">
          <CallLink row={row} text={`${from} → ${to}`} />
        </span>
      </div>
      <p className="num flex flex-wrap gap-x-3 pl-5 text-sm text-fg-3">
        <span>{formatPerMin(edge.per_min)}</span>
        <span>{formatCount(edge.errors)} failed</span>
        <span>p95 {formatMs(edge.p95_ms)}</span>
        {edge.attempts_per_call !== null && <span>{edge.attempts_per_call.toFixed(1)} tries</span>}
      </p>
    </div>
  );
}
