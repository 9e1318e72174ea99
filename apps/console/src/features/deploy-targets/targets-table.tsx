import { Link } from '@tanstack/react-router';
import type { DeployTarget } from '#console/api/contract.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { describeTarget, kindWords } from './target-look.ts';

interface TargetsTableProps {
  targets: readonly DeployTarget[];
  selectedId: string | undefined;
}

/** Deploy targets; a row opens its detail beside the list. */
export function TargetsTable({ targets, selectedId }: TargetsTableProps) {
  return (
    <DataTable
      label="Deploy targets"
      rows={targets}
      rowKey={idOf}
      columns={columns}
      card={(target) => <TargetCard target={target} />}
      selectedKey={selectedId}
    />
  );
}

const idOf = ({ id }: DeployTarget) => id;

const columns: readonly Column<DeployTarget>[] = [
  { id: 'name', header: 'Name', track: 'minmax(130px, 1fr)', cell: (target) => <NameLink target={target} /> },
  {
    id: 'kind',
    header: 'Kind',
    track: '100px',
    cell: ({ kind }) => <span className="text-fg-2">{kindWords[kind]}</span>,
  },
  {
    id: 'reaches',
    header: 'Reaches',
    track: 'minmax(160px, 2fr)',
    cell: (target) => (
      <span className="font-mono text-sm text-fg-2">
        <ForeignText text={describeTarget(target)} />
      </span>
    ),
  },
  {
    id: 'changed',
    header: 'Changed',
    track: '84px',
    align: 'end',
    from: 620,
    cell: ({ updated_at }) => <Ago at={updated_at} className="text-fg-2" />,
  },
];

function NameLink({ target }: { target: DeployTarget }) {
  return (
    <Link
      data-row-link
      to="/deploy-targets"
      search={{ id: target.id }}
      replace
      className="truncate font-medium hover:text-accent"
    >
      <ForeignText text={target.name} />
    </Link>
  );
}

function TargetCard({ target }: { target: DeployTarget }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center justify-between gap-2.5">
        <NameLink target={target} />
        <span className="shrink-0 text-sm text-fg-2">{kindWords[target.kind]}</span>
      </div>
      <p className="truncate font-mono text-sm text-fg-2">
        <ForeignText text={describeTarget(target)} />
      </p>
    </div>
  );
}
