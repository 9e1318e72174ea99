import { Link } from '@tanstack/react-router';
import type { OutboundWebhook } from '#console/api/contract.ts';
import { formatCount, NONE, plural } from '#console/lib/format/numbers.ts';
import { Ago } from '#console/ui/data/time.tsx';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { describeTypes, outboundLook } from './outbound-look.ts';

interface OutboundTableProps {
  webhooks: readonly OutboundWebhook[];
  selectedId: string | undefined;
}

/** Webhooks; a row opens its deliveries beside the list. */
export function OutboundTable({ webhooks, selectedId }: OutboundTableProps) {
  return (
    <DataTable
      label="Webhooks"
      rows={webhooks}
      rowKey={idOf}
      columns={columns}
      card={(webhook) => <OutboundCard webhook={webhook} />}
      selectedKey={selectedId}
    />
  );
}

const idOf = ({ id }: OutboundWebhook) => id;

const columns: readonly Column<OutboundWebhook>[] = [
  { id: 'state', header: 'State', track: '88px', cell: (webhook) => <MarkedWord look={outboundLook(webhook)} /> },
  { id: 'name', header: 'Name', track: 'minmax(130px, 1fr)', cell: (webhook) => <NameLink webhook={webhook} /> },
  {
    id: 'url',
    header: 'Address',
    track: 'minmax(160px, 2fr)',
    from: 720,
    cell: ({ url }) => <span className="font-mono text-sm text-fg-2">{url}</span>,
  },
  {
    id: 'types',
    header: 'Sends',
    track: 'minmax(100px, 160px)',
    cell: ({ event_types }) => <span className="text-fg-2">{describeTypes(event_types)}</span>,
  },
  {
    id: 'boards',
    header: 'Boards',
    track: '72px',
    from: 900,
    cell: ({ board_ids }) => (
      <span className="text-fg-2">{board_ids === null ? 'all' : formatCount(board_ids.length)}</span>
    ),
  },
  {
    id: 'dead',
    header: 'Given up',
    track: '72px',
    align: 'end',
    from: 560,
    cell: ({ failed_deliveries: n }) => (n > 0 ? <span className="text-bad">{formatCount(n)}</span> : NONE),
  },
  {
    id: 'changed',
    header: 'Changed',
    track: '84px',
    align: 'end',
    from: 760,
    cell: ({ updated_at }) => <Ago at={updated_at} className="text-fg-2" />,
  },
];

function NameLink({ webhook }: { webhook: OutboundWebhook }) {
  return (
    <Link
      data-row-link
      to="/webhooks"
      search={{ id: webhook.id }}
      replace
      className="truncate font-medium hover:text-accent"
    >
      {webhook.name}
    </Link>
  );
}

function OutboundCard({ webhook }: { webhook: OutboundWebhook }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center justify-between gap-2.5">
        <NameLink webhook={webhook} />
        <MarkedWord look={outboundLook(webhook)} />
      </div>
      <p className="truncate font-mono text-sm text-fg-2">{webhook.url}</p>
      <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
        <span>{describeTypes(webhook.event_types)}</span>
        {webhook.failed_deliveries > 0 && (
          <span className="text-bad">{plural(webhook.failed_deliveries, 'delivery', 'deliveries')} given up</span>
        )}
      </p>
    </div>
  );
}
