import { Link } from '@tanstack/react-router';
import type { Policy } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { policyLook, toScopeText } from '../policy-look.ts';
import { type PolicyLine, toDayText } from './policy-lines.ts';

/** Policies by name. */
export function PoliciesTable({ policies, onEnd }: { policies: readonly PolicyLine[]; onEnd: () => void }) {
  return (
    <DataTable
      label="Policies"
      rows={policies}
      rowKey={idOf}
      columns={columns}
      card={(policy) => <PolicyCard policy={policy} />}
      onEnd={onEnd}
    />
  );
}

const idOf = (policy: PolicyLine) => policy.id;

const columns: readonly Column<PolicyLine>[] = [
  { id: 'mode', header: 'Mode', track: '108px', cell: (policy) => <MarkedWord look={policyLook(policy)} /> },
  { id: 'name', header: 'Policy', track: 'minmax(160px, 1.4fr)', cell: (policy) => <NameLink policy={policy} /> },
  {
    id: 'scope',
    header: 'For',
    track: 'minmax(140px, 1.4fr)',
    cell: ({ scope }) => (
      <span className="text-fg-2">
        <ForeignText text={toScopeText(scope) ?? NONE} />
      </span>
    ),
  },
  { id: 'version', header: 'Version', track: '132px', from: 640, cell: (policy) => <Version policy={policy} /> },
  {
    id: 'day',
    header: 'Last 24 h',
    track: 'minmax(120px, 1fr)',
    from: 760,
    cell: (policy) => <span className="num text-fg-2">{toDayText(policy) ?? NONE}</span>,
  },
  {
    id: 'by',
    header: 'Activated by',
    track: 'minmax(110px, 1fr)',
    from: 900,
    cell: ({ activated_by }) => (
      <span className="text-fg-2">
        <ForeignText text={activated_by ? (activated_by.name ?? activated_by.kind) : NONE} />
      </span>
    ),
  },
  {
    id: 'at',
    header: 'Activated',
    track: '92px',
    align: 'end',
    cell: ({ activated_at }) => <Ago at={activated_at} className="text-fg-2" />,
  },
];

function Version({ policy: { active_version, latest_version } }: { policy: Policy }) {
  const isBehind = active_version !== null && active_version < latest_version;
  return (
    <span className="num inline-flex items-center gap-2">
      {active_version === null ? NONE : `v${active_version}`}
      {(isBehind || active_version === null) && <Badge title="Saved, not active">v{latest_version} saved</Badge>}
    </span>
  );
}

function NameLink({ policy }: { policy: Policy }) {
  return (
    <Link
      data-row-link
      to="/policies/$policyId"
      params={{ policyId: policy.id }}
      className="font-medium hover:text-accent"
    >
      <ForeignText text={policy.name} />
    </Link>
  );
}

function PolicyCard({ policy }: { policy: PolicyLine }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <Mark look={policyLook(policy)} label={policyLook(policy).word} />
        <NameLink policy={policy} />
        <Ago at={policy.activated_at} className="ml-auto shrink-0 text-sm text-fg-3" />
      </div>
      <p className="truncate pl-5 text-fg-2">
        <ForeignText text={toScopeText(policy.scope) ?? 'No version holds yet'} />
      </p>
      <p className="flex flex-wrap gap-x-3 pl-5 text-sm text-fg-3">
        <span>{policyLook(policy).word}</span>
        <Version policy={policy} />
        {toDayText(policy) !== undefined && <span className="num">24 h: {toDayText(policy)}</span>}
      </p>
    </div>
  );
}
