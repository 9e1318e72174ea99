import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { OutboundWebhook } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  deleteOutboundWebhook,
  outboundKeys,
  testOutboundWebhook,
  updateOutboundWebhook,
} from '#console/api/queries/govern/outbound-webhooks.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Facts } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { StatePill } from '#console/ui/state/mark.tsx';
import { OutboundDialog } from './edit/outbound-dialog.tsx';
import { OutboundDeliveries } from './outbound-deliveries.tsx';
import { outboundLook } from './outbound-look.ts';

/** One webhook: what it sends, what became of it, and what can be done. */
export function OutboundDrawer({ webhook, onClose }: { webhook: OutboundWebhook; onClose: () => void }) {
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const close = () => setDialog(undefined);
  return (
    <Drawer title={webhook.name} onClose={onClose}>
      <div className="grid grid-cols-1 gap-4 px-5 py-4">
        <div className="flex flex-wrap items-center gap-2">
          <StatePill look={outboundLook(webhook)} />
          {webhook.paused_reason && (
            <span className="text-fg-2">
              <ForeignText text={webhook.paused_reason} />
            </span>
          )}
        </div>
        <WebhookFacts webhook={webhook} />
        <div className="flex flex-wrap gap-2">
          <WebhookActions webhook={webhook} />
          <Button onClick={() => setDialog('edit')}>Edit</Button>
          <Button tone="danger" onClick={() => setDialog('delete')}>
            Delete
          </Button>
        </div>
        <OutboundDeliveries webhook={webhook} />
      </div>
      {dialog === 'edit' && <OutboundDialog webhook={webhook} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog webhook={webhook} onClose={close} onDeleted={onClose} />}
    </Drawer>
  );
}

function WebhookFacts({ webhook }: { webhook: OutboundWebhook }) {
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const names = webhook.board_ids?.map((id) => boards.find((board) => board.id === id)?.name ?? id);
  return (
    <Facts
      facts={[
        [
          'Address',
          <code key="url" className="font-mono text-sm break-all">
            {webhook.url}
          </code>,
        ],
        ['Sends', webhook.event_types.includes('*') ? 'every fact' : webhook.event_types.join(', ')],
        [
          'Of',
          names === undefined ? 'all boards and the organization' : <ForeignText key="of" text={names.join(', ')} />,
        ],
        ['Webhook', <Identifier key="id" id={webhook.id} />],
      ]}
    />
  );
}

function WebhookActions({ webhook }: { webhook: OutboundWebhook }) {
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: outboundKeys.all });
  const test = useMutation({
    mutationFn: () => testOutboundWebhook(webhook.id),
    onSuccess: () => toast.done('A test is on its way: it is the first of the deliveries.'),
    onError: (error) => toast.failed(`Not sent: ${toFailure(error).message}`),
    onSettled: refresh,
  });
  const isOn = webhook.enabled && webhook.paused_reason === null;
  const toggle = useMutation({
    mutationFn: () => updateOutboundWebhook(webhook.id, { enabled: !isOn, version: webhook.version }),
    onSuccess: () => toast.done(isOn ? 'Switched off: nothing more is sent.' : 'Switched on.'),
    onError: (error) => toast.failed(`Not saved: ${toFailure(error).message}`),
    onSettled: refresh,
  });
  return (
    <>
      <Button isBusy={test.isPending} onClick={() => test.mutate()}>
        Send a test
      </Button>
      <Button isBusy={toggle.isPending} onClick={() => toggle.mutate()}>
        {isOn ? 'Switch off' : 'Switch on'}
      </Button>
    </>
  );
}

interface DeleteDialogProps {
  webhook: OutboundWebhook;
  onClose: () => void;
  onDeleted: () => void;
}

function DeleteDialog({ webhook, onClose, onDeleted }: DeleteDialogProps) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteOutboundWebhook(webhook.id),
    onSuccess: () => {
      onDeleted();
      return queryClient.invalidateQueries({ queryKey: outboundKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={`Delete ${webhook.name}`}
      action="Delete it"
      isBusy={remove.isPending}
      error={remove.error ? toFailure(remove.error).message : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        Nothing more is sent to {webhook.url}. Its deliveries go as well
        {webhook.failed_deliveries > 0 &&
          `, with ${plural(webhook.failed_deliveries, 'one', 'ones')} that never arrived`}
        .
      </p>
    </ConfirmDialog>
  );
}
