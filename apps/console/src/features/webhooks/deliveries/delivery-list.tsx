import type { WebhookDelivery } from '#console/api/contract.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { deliveryLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { NextTry } from './next-try.tsx';

interface DeliveryListProps {
  deliveries: readonly WebhookDelivery[];
  /** The delivery that is being sent again. */
  busyId: string | undefined;
  /** Undefined: the caller may only look. */
  onRetry: ((id: string) => void) | undefined;
  onMore: (() => void) | undefined;
}

/** What was sent, how often it was tried, and why it failed. */
export function DeliveryList({ deliveries, busyId, onRetry, onMore }: DeliveryListProps) {
  return (
    <Panel>
      <ul>
        {deliveries.map((delivery) => (
          <li key={delivery.id} className="grid grid-cols-1 gap-1 border-b px-4 py-2 last:border-b-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <MarkedWord look={deliveryLooks[delivery.state]} />
              <span className="min-w-0 truncate font-mono text-sm">{delivery.event_type ?? 'call'}</span>
              <span className="num text-sm text-fg-3">{plural(delivery.attempts, 'attempt')}</span>
              <span className="ml-auto flex items-center gap-2">
                <Ago at={delivery.created_at} className="text-sm text-fg-3" />
                {onRetry && delivery.state !== 'delivered' && (
                  <Button isSmall isBusy={busyId === delivery.id} onClick={() => onRetry(delivery.id)}>
                    {delivery.state === 'dead' ? 'Send again' : 'Try now'}
                  </Button>
                )}
              </span>
            </div>
            <p className="text-sm break-words text-fg-3">
              to <ForeignText text={delivery.target} />
              {delivery.next_retry_at && <NextTry at={delivery.next_retry_at} />}
            </p>
            {delivery.last_error && delivery.state !== 'delivered' && (
              <p className="text-sm break-words text-fg-2">
                <code className="font-mono text-bad">{delivery.last_error.code}</code>{' '}
                <ForeignText text={delivery.last_error.message} />
              </p>
            )}
          </li>
        ))}
      </ul>
      {onMore && (
        <div className="border-t px-4 py-2">
          <Button tone="ghost" onClick={onMore}>
            Show older ones
          </Button>
        </div>
      )}
    </Panel>
  );
}
