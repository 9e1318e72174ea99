import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { OutboundWebhook, WebhookDelivery } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  outboundDeliveriesQuery,
  outboundKeys,
  redriveOutboundWebhook,
  retryOutboundDelivery,
} from '#console/api/queries/govern/outbound-webhooks.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { deliveryLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { DeliveryList } from '../deliveries/delivery-list.tsx';

const STATES = ['queued', 'delivered', 'retrying', 'dead'] as const satisfies readonly WebhookDelivery['state'][];
const choices = STATES.map((value) => ({
  value,
  label: deliveryLooks[value].word,
  mark: <Mark look={deliveryLooks[value]} />,
}));

/** What was sent to one webhook. */
export function OutboundDeliveries({ webhook }: { webhook: OutboundWebhook }) {
  const [state, setState] = useState<WebhookDelivery['state']>();
  const list = useInfiniteQuery({ ...outboundDeliveriesQuery(webhook.id, state), refetchInterval: 10_000 });
  const deliveries = useItems(list.data);
  const { retry, redrive } = useResend(webhook.id);
  return (
    <Section
      title="Deliveries"
      aside={
        <>
          {webhook.failed_deliveries > 0 && (
            <Button isSmall isBusy={redrive.isPending} onClick={() => redrive.mutate()}>
              Send again what was given up
            </Button>
          )}
          <ChoiceMenu label="State" choices={choices} value={state} onChange={setState} />
        </>
      }
    >
      {list.isPending && <SkeletonRows rows={4} />}
      {list.isError && !list.data && (
        <Failed
          what="The deliveries could not be loaded"
          failure={toFailure(list.error)}
          onRetry={() => void list.refetch()}
          isCompact
        />
      )}
      {deliveries.length > 0 && (
        <DeliveryList
          deliveries={deliveries}
          busyId={retry.isPending ? retry.variables : undefined}
          onRetry={retry.mutate}
          onMore={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
        />
      )}
      {list.isSuccess && deliveries.length === 0 && (
        <p className="text-fg-3">
          {state ? 'None in this state.' : 'Nothing was sent yet. Send a test to see it arrive.'}
        </p>
      )}
    </Section>
  );
}

function useResend(id: string) {
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: outboundKeys.all });
  const retry = useMutation({
    mutationFn: (deliveryId: string) => retryOutboundDelivery(id, deliveryId),
    onSuccess: () => toast.done('It is tried again now.'),
    onError: (error) => toast.failed(`Not sent again: ${toFailure(error).message}`),
    onSettled: refresh,
  });
  const redrive = useMutation({
    mutationFn: () => redriveOutboundWebhook(id),
    onSuccess: ({ retried }) => toast.done(`${plural(retried, 'delivery', 'deliveries')} tried again now.`),
    onError: (error) => toast.failed(`Not sent again: ${toFailure(error).message}`),
    onSettled: refresh,
  });
  return { retry, redrive };
}
