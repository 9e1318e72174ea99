import type { WebhookDelivery, WebhookPayload } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { formatExact } from '#console/lib/format/time.ts';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { deliveryLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';
import { DeliveryList } from '../deliveries/delivery-list.tsx';

interface PayloadDrawerProps {
  payload: WebhookPayload;
  /** Of this call. */
  deliveries: readonly WebhookDelivery[];
  busyId: string | undefined;
  onRetry: (deliveryId: string) => void;
  onClose: () => void;
}

/** One call: what came, from where, and whether an agent was told. */
export function PayloadDrawer({ payload, deliveries, busyId, onRetry, onClose }: PayloadDrawerProps) {
  const headers = Object.entries(payload.headers ?? {});
  return (
    <Drawer title="Call" onClose={onClose}>
      <div className="grid grid-cols-1 gap-4 px-5 py-4">
        <div className="flex flex-wrap items-center gap-2">
          <StatePill look={deliveryLooks[payload.delivery_state]} />
          {payload.truncated && (
            <Badge tone="warn" title="Too long to keep whole">
              truncated
            </Badge>
          )}
          <Ago at={payload.received_at} className="ml-auto text-sm text-fg-3" />
        </div>
        <Facts
          facts={[
            ['Received', formatExact(Date.parse(payload.received_at)).split('\n')[0]],
            ['Source', payload.source_ip ?? NONE],
            ['Content type', payload.content_type ?? NONE],
            ['Call', <Identifier key="id" id={payload.id} />],
          ]}
        />
        <Section title="Body">
          <JsonTree value={payload.payload} label="Body" />
        </Section>
        {deliveries.length > 0 && (
          <Section title="Deliveries">
            <DeliveryList deliveries={deliveries} busyId={busyId} onRetry={onRetry} onMore={undefined} />
          </Section>
        )}
        <Section title="Headers">
          {headers.length === 0 ? (
            <p className="text-fg-3">None were kept.</p>
          ) : (
            <Facts facts={headers.map(([name, value]) => [name, <ForeignText key={name} text={value} />])} />
          )}
        </Section>
      </div>
    </Drawer>
  );
}
