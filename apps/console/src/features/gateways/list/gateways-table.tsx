import { Link } from '@tanstack/react-router';
import type { Gateway } from '#console/api/contract.ts';
import { formatCount, NONE, plural } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { gatewayLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

/** Gateways; a row opens its page. */
export function GatewaysTable({ gateways }: { gateways: readonly Gateway[] }) {
  return (
    <DataTable
      label="Gateways"
      rows={gateways}
      rowKey={idOf}
      columns={columns}
      card={(gateway) => <GatewayCard gateway={gateway} />}
    />
  );
}

const idOf = ({ id }: Gateway) => id;

const columns: readonly Column<Gateway>[] = [
  { id: 'state', header: 'State', track: '128px', cell: ({ status }) => <MarkedWord look={gatewayLooks[status]} /> },
  { id: 'name', header: 'Name', track: 'minmax(120px, 1fr)', cell: (gateway) => <NameLink gateway={gateway} /> },
  {
    id: 'url',
    header: 'Address',
    track: 'minmax(150px, 1.2fr)',
    from: 640,
    cell: ({ url }) => <span className="font-mono text-sm text-fg-2">{url}</span>,
  },
  {
    id: 'error',
    header: 'Why',
    track: 'minmax(160px, 2fr)',
    from: 900,
    cell: ({ last_error }) =>
      last_error ? (
        <span className="text-bad" title={last_error.message}>
          <ForeignText text={last_error.message} />
        </span>
      ) : (
        NONE
      ),
  },
  {
    id: 'version',
    header: 'Version',
    track: '88px',
    from: 760,
    cell: ({ server_version }) => (
      <span className="text-fg-2">{server_version === null ? NONE : <ForeignText text={server_version} />}</span>
    ),
  },
  {
    id: 'agents',
    header: 'Agents',
    track: '56px',
    align: 'end',
    cell: ({ agents_count }) => formatCount(agents_count),
  },
  {
    id: 'connected',
    header: 'Last connected',
    track: '104px',
    align: 'end',
    from: 560,
    cell: ({ last_connected_at }) => <Ago at={last_connected_at} className="text-fg-2" />,
  },
];

function NameLink({ gateway: { id, name } }: { gateway: Gateway }) {
  return (
    <Link
      data-row-link
      to="/gateways/$gatewayId"
      params={{ gatewayId: id }}
      className="truncate font-medium hover:text-accent"
    >
      <ForeignText text={name} />
    </Link>
  );
}

function GatewayCard({ gateway }: { gateway: Gateway }) {
  const { status, url, agents_count, server_version, last_connected_at, last_error } = gateway;
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center justify-between gap-2.5">
        <NameLink gateway={gateway} />
        <MarkedWord look={gatewayLooks[status]} />
      </div>
      <p className="truncate font-mono text-sm text-fg-2">{url}</p>
      {last_error && (
        <p className="text-sm text-bad">
          <ForeignText text={last_error.message} />
        </p>
      )}
      <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
        <span className="num">{plural(agents_count, 'agent')}</span>
        {server_version && <ForeignText text={server_version} />}
        {last_connected_at && (
          <span>
            connected <Ago at={last_connected_at} />
          </span>
        )}
      </p>
    </div>
  );
}
