import { Link } from '@tanstack/react-router';
import type { WebhookPayload } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago, ClockTime } from '#console/ui/data/time.tsx';
import { deliveryLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

/** The calls of one page, newest first; a row opens its detail beside the list. */
export function PayloadsTable({
  payloads,
  selectedId,
}: {
  payloads: readonly WebhookPayload[];
  selectedId: string | undefined;
}) {
  return (
    <DataTable
      label="Calls"
      rows={payloads}
      rowKey={idOf}
      columns={columns}
      card={(payload) => <PayloadCard payload={payload} />}
      selectedKey={selectedId}
    />
  );
}

const idOf = ({ id }: WebhookPayload) => id;

const columns: readonly Column<WebhookPayload>[] = [
  {
    id: 'state',
    header: 'Delivery',
    track: '124px',
    cell: ({ delivery_state }) => <MarkedWord look={deliveryLooks[delivery_state]} />,
  },
  { id: 'received', header: 'Received', track: '112px', cell: (payload) => <ReceivedLink payload={payload} /> },
  { id: 'body', header: 'Body', track: 'minmax(160px, 3fr)', cell: (payload) => <Body payload={payload} /> },
  {
    id: 'type',
    header: 'Content type',
    track: '140px',
    from: 900,
    cell: ({ content_type }) => <span className="text-fg-2">{content_type ?? NONE}</span>,
  },
  {
    id: 'source',
    header: 'Source',
    track: '120px',
    from: 700,
    cell: ({ source_ip }) => <span className="font-mono text-sm text-fg-2">{source_ip ?? NONE}</span>,
  },
  {
    id: 'ago',
    header: 'When',
    track: '84px',
    align: 'end',
    from: 560,
    cell: ({ received_at }) => <Ago at={received_at} className="text-fg-2" />,
  },
];

function ReceivedLink({ payload }: { payload: WebhookPayload }) {
  return (
    <Link
      data-row-link
      from="/boards/$boardId/webhooks/$webhookId/payloads"
      to="/boards/$boardId/webhooks/$webhookId/payloads"
      search={(before) => ({ ...before, id: payload.id })}
      replace
      className="num font-medium hover:text-accent"
    >
      <ClockTime at={payload.received_at} />
    </Link>
  );
}

const HEAD = 200;

function Body({ payload: { payload } }: { payload: WebhookPayload }) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return (
    <span className="font-mono text-sm text-fg-2">
      <ForeignText text={text.slice(0, HEAD)} />
    </span>
  );
}

function PayloadCard({ payload }: { payload: WebhookPayload }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <ReceivedLink payload={payload} />
        <MarkedWord look={deliveryLooks[payload.delivery_state]} className="ml-auto" />
      </div>
      <p className="truncate">
        <Body payload={payload} />
      </p>
      <p className="flex justify-between text-sm text-fg-3">
        <span className="font-mono">{payload.source_ip ?? NONE}</span>
        <Ago at={payload.received_at} />
      </p>
    </div>
  );
}
