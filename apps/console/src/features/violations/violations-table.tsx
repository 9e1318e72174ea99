import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Violation, ViolationGroup } from '#console/api/contract.ts';
import { toViolationGroup, violationQuery } from '#console/api/queries/fleet/violations.ts';
import { formatCount, NONE, toWords } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { enforcementLooks, severityLooks, violationLooks } from '#console/ui/state/looks.ts';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

interface ViolationsTableProps {
  violations: readonly ViolationGroup[];
  selectedId: string | undefined;
  onEnd: () => void;
}

/** Violations, newest first, equal ones as one row; a row opens the newest of them beside the list. */
export function ViolationsTable({ violations, selectedId, onEnd }: ViolationsTableProps) {
  const selectedKey = useSelectedRow(violations, selectedId);
  return (
    <DataTable
      label="Violations"
      rows={violations}
      rowKey={idOf}
      columns={columns}
      card={(violation) => <ViolationCard violation={violation} />}
      rowData={(violation) => ({ 'data-event-at': violation.ts })}
      selectedKey={selectedKey}
      onEnd={onEnd}
    />
  );
}

/** The row that the open violation belongs to, which may show another of its group. */
function useSelectedRow(violations: readonly ViolationGroup[], id: string | undefined): string | undefined {
  const open = useQuery({ ...violationQuery(id ?? ''), enabled: id !== undefined }).data;
  if (!open || violations.some((row) => row.id === id)) return id;
  const group = JSON.stringify(toViolationGroup(open));
  return violations.find((row) => JSON.stringify(toViolationGroup(row)) === group)?.id;
}

const idOf = (violation: Violation) => violation.id;

const columns: readonly Column<ViolationGroup>[] = [
  {
    id: 'outcome',
    header: 'Outcome',
    track: '148px',
    cell: (violation) => <MarkedWord look={enforcementLooks[violation.enforcement]} />,
  },
  { id: 'what', header: 'What', track: 'minmax(150px, 1fr)', cell: (violation) => <WhatLink violation={violation} /> },
  {
    id: 'tool',
    header: 'Tool',
    track: 'minmax(110px, 1fr)',
    cell: (violation) => (
      <span className="font-mono text-sm">
        <ForeignText text={violation.tool ?? NONE} />
      </span>
    ),
  },
  {
    id: 'agent',
    header: 'Agent',
    track: 'minmax(110px, 1fr)',
    from: 710,
    cell: (violation) => (
      <span className="text-fg-2">
        <ForeignText text={violation.agent_name} />
        {violation.version_number !== null && <span className="text-fg-3"> v{violation.version_number}</span>}
      </span>
    ),
  },
  {
    id: 'explanation',
    header: 'Explanation',
    track: 'minmax(160px, 2fr)',
    from: 1110,
    cell: (violation) => (
      <span className="text-fg-2">
        <ForeignText text={violation.explanation} />
      </span>
    ),
  },
  {
    id: 'count',
    header: 'Times',
    track: '52px',
    align: 'end',
    cell: ({ count }) => <span className="num">{formatCount(count)}</span>,
  },
  {
    id: 'severity',
    header: 'Severity',
    track: '84px',
    from: 810,
    cell: (violation) => <Severity violation={violation} />,
  },
  {
    id: 'state',
    header: 'State',
    track: '116px',
    from: 940,
    cell: (violation) => <State violation={violation} />,
  },
  {
    id: 'at',
    header: 'When',
    track: '72px',
    align: 'end',
    cell: (violation) => <Ago at={violation.ts} className="text-fg-2" />,
  },
];

function Severity({ violation }: { violation: Violation }) {
  const isGrave = violation.severity === 'critical' || violation.severity === 'high';
  return <span className={cx(isGrave ? 'font-medium' : 'text-fg-2')}>{severityLooks[violation.severity].word}</span>;
}

function State({ violation }: { violation: Violation }) {
  const isOpen = violation.state === 'open';
  return <span className={cx(isOpen ? 'font-medium' : 'text-fg-3')}>{violationLooks[violation.state].word}</span>;
}

function WhatLink({ violation }: { violation: Violation }) {
  return (
    <Link
      data-row-link
      from="/violations"
      to="/violations"
      search={(before) => ({ ...before, id: violation.id })}
      replace
      title={violation.code}
      className="font-medium hover:text-accent"
    >
      {toWords(violation.code)}
    </Link>
  );
}

function ViolationCard({ violation }: { violation: ViolationGroup }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <Mark look={enforcementLooks[violation.enforcement]} label={enforcementLooks[violation.enforcement].word} />
        <WhatLink violation={violation} />
        <Ago at={violation.ts} className="ml-auto shrink-0 text-sm text-fg-3" />
      </div>
      <p className="truncate pl-5 font-mono text-sm">
        <ForeignText text={violation.tool ?? NONE} />
      </p>
      <p className="flex flex-wrap gap-x-3 pl-5 text-sm text-fg-2">
        <ForeignText text={violation.agent_name} />
        <span>
          {enforcementLooks[violation.enforcement].word}
          {violation.count > 1 && ` ${formatCount(violation.count)} times`}
        </span>
        <MarkedWord look={violationLooks[violation.state]} className="ml-auto" />
      </p>
    </div>
  );
}
