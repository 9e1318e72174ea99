import { Link } from '@tanstack/react-router';
import type { AuditEntry } from '#console/api/contract.ts';
import { formatCount, NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

interface AuditTableProps {
  entries: readonly AuditEntry[];
  selectedId: string | undefined;
  onEnd: () => void;
}

/** Entries, newest first; a row opens its detail beside the list. */
export function AuditTable({ entries, selectedId, onEnd }: AuditTableProps) {
  return (
    <DataTable
      label="Audit"
      rows={entries}
      rowKey={idOf}
      columns={columns}
      card={(entry) => <AuditCard entry={entry} />}
      selectedKey={selectedId}
      onEnd={onEnd}
    />
  );
}

const idOf = ({ id }: AuditEntry) => id;

const columns: readonly Column<AuditEntry>[] = [
  {
    id: 'seq',
    header: 'No.',
    track: '64px',
    align: 'end',
    from: 560,
    cell: ({ seq }) => <span className="text-fg-3">{formatCount(seq)}</span>,
  },
  { id: 'action', header: 'Action', track: 'minmax(150px, 1.2fr)', cell: (entry) => <ActionLink entry={entry} /> },
  { id: 'by', header: 'By', track: 'minmax(120px, 1fr)', cell: (entry) => <By entry={entry} /> },
  {
    id: 'subject',
    header: 'About',
    track: 'minmax(110px, 1fr)',
    from: 640,
    cell: (entry) => <About entry={entry} />,
  },
  {
    id: 'result',
    header: 'Result',
    track: '110px',
    from: 820,
    cell: ({ result }) => <span className="text-fg-2">{result ?? NONE}</span>,
  },
  {
    id: 'ip',
    header: 'From',
    track: '120px',
    from: 960,
    cell: ({ ip }) => <span className="font-mono text-sm text-fg-3">{ip ?? NONE}</span>,
  },
  {
    id: 'at',
    header: 'When',
    track: '84px',
    align: 'end',
    cell: ({ timestamp }) => <Ago at={timestamp} className="text-fg-2" />,
  },
];

function ActionLink({ entry }: { entry: AuditEntry }) {
  return (
    <Link
      data-row-link
      from="/audit"
      to="/audit"
      search={(before) => ({ ...before, id: entry.id })}
      replace
      className="font-mono text-sm font-medium hover:text-accent"
    >
      {entry.action}
    </Link>
  );
}

function By({ entry }: { entry: AuditEntry }) {
  return (
    <span className="text-fg-2">
      <ForeignText text={nameOf(entry)} />
    </span>
  );
}

function About({ entry: { subject } }: { entry: AuditEntry }) {
  return (
    <span className="text-fg-2">
      {subject.kind} <span className="font-mono text-sm text-fg-3">…{subject.id.slice(-6)}</span>
    </span>
  );
}

function AuditCard({ entry }: { entry: AuditEntry }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <ActionLink entry={entry} />
        <Ago at={entry.timestamp} className="ml-auto shrink-0 text-sm text-fg-3" />
      </div>
      <p className="flex flex-wrap gap-x-3 text-sm">
        <By entry={entry} />
        <About entry={entry} />
      </p>
    </div>
  );
}

/** The person or the agent, else what kind of thing acted. */
const nameOf = ({ user, agent, actor_kind }: AuditEntry) =>
  user ?? (actor_kind === 'agent' && agent ? agent : actor_kind);
