import type { ReactNode } from 'react';
import type { ServiceKey } from '#console/api/contract.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { ExpiryText } from './expiry-text.tsx';

interface ServiceKeysTableProps {
  keys: readonly ServiceKey[];
  onRevoke: (key: ServiceKey) => void;
}

/** The keys and when they were last used. */
export function ServiceKeysTable({ keys, onRevoke }: ServiceKeysTableProps) {
  const revoke = (key: ServiceKey) => (
    <Button tone="danger" isSmall aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
      Revoke
    </Button>
  );
  return (
    <DataTable
      label="Service keys"
      rows={keys}
      rowKey={idOf}
      columns={[
        ...columns,
        { id: 'revoke', header: <span className="sr-only">Actions</span>, track: '76px', align: 'end', cell: revoke },
      ]}
      card={(key) => <KeyCard serviceKey={key} revoke={revoke(key)} />}
    />
  );
}

const idOf = (key: ServiceKey) => key.id;

const columns: readonly Column<ServiceKey>[] = [
  {
    id: 'name',
    header: 'Name',
    track: 'minmax(140px, 1.5fr)',
    cell: (key) => <span className="font-medium">{key.name}</span>,
  },
  { id: 'prefix', header: 'Key', track: '130px', from: 560, cell: (key) => <Prefix serviceKey={key} /> },
  { id: 'scopes', header: 'May', track: 'minmax(90px, 1fr)', cell: (key) => <Scopes serviceKey={key} /> },
  {
    id: 'agents',
    header: 'Agents',
    track: 'minmax(90px, 1fr)',
    from: 800,
    cell: (key) => (
      <span className="text-fg-2">{key.agent_slugs.length === 0 ? 'any' : key.agent_slugs.join(', ')}</span>
    ),
  },
  {
    id: 'used',
    header: 'Last used',
    track: 'minmax(100px, 160px)',
    from: 480,
    cell: (key) => <LastUse serviceKey={key} />,
  },
  { id: 'expires', header: 'Expires', track: '92px', from: 880, cell: (key) => <ExpiryText at={key.expires_at} /> },
  {
    id: 'created',
    header: 'Created',
    track: '84px',
    align: 'end',
    from: 700,
    cell: (key) => <Ago at={key.created_at} className="text-fg-2" />,
  },
];

function Prefix({ serviceKey }: { serviceKey: ServiceKey }) {
  return <span className="font-mono text-sm text-fg-2">{serviceKey.prefix}…</span>;
}

function Scopes({ serviceKey }: { serviceKey: ServiceKey }) {
  return (
    <span className="inline-flex gap-1">
      {serviceKey.scopes.map((scope) => (
        <Badge key={scope}>{scope}</Badge>
      ))}
    </span>
  );
}

function LastUse({ serviceKey }: { serviceKey: ServiceKey }) {
  if (serviceKey.last_used_at === null) return <span className="text-fg-3">never</span>;
  return (
    <span className="text-fg-2">
      <Ago at={serviceKey.last_used_at} />
      {serviceKey.last_used_ip && <span className="text-fg-3"> from {serviceKey.last_used_ip}</span>}
    </span>
  );
}

function KeyCard({ serviceKey, revoke }: { serviceKey: ServiceKey; revoke: ReactNode }) {
  return (
    <div className="flex items-start justify-between gap-3">
      <div className="grid min-w-0 gap-1">
        <p className="truncate font-medium">{serviceKey.name}</p>
        <p className="flex flex-wrap items-center gap-2">
          <Prefix serviceKey={serviceKey} />
          <Scopes serviceKey={serviceKey} />
        </p>
        <p className="text-sm">
          <LastUse serviceKey={serviceKey} />
        </p>
      </div>
      {revoke}
    </div>
  );
}
