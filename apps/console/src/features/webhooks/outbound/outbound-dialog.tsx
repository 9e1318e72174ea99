import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { OutboundWebhook } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  createOutboundWebhook,
  outboundKeys,
  updateOutboundWebhook,
} from '#console/api/queries/govern/outbound-webhooks.ts';
import { Button } from '#console/ui/control/button.tsx';
import { SecretOnce } from '#console/ui/data/secret-once.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { OutboundFields } from './outbound-fields.tsx';
import { toChanges, toComplaint, toCreate, toValues } from './outbound-values.ts';

interface OutboundDialogProps {
  /** The webhook to change; without it a new one is made. */
  webhook?: OutboundWebhook;
  onClose: () => void;
}

/** Asks where to send what; a new webhook's secret is shown once. */
export function OutboundDialog({ webhook, onClose }: OutboundDialogProps) {
  const formId = useId();
  const [values, setValues] = useState(() => toValues(webhook));
  const [complaint, setComplaint] = useState<string>();
  const save = useSave(webhook, onClose);
  if (save.data && 'secret' in save.data && typeof save.data.secret === 'string')
    return <ShownOnce secret={save.data.secret} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = toComplaint(values);
    setComplaint(found);
    if (!found) save.mutate(values);
  };
  return (
    <Dialog
      title={webhook ? `Edit ${webhook.name}` : 'Add a webhook'}
      onClose={onClose}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={save.isPending}>
            {webhook ? 'Save' : 'Add it'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <OutboundFields values={values} onChange={(part) => setValues({ ...values, ...part })} />
        {(complaint ?? save.error) && (
          <p role="alert" className="text-bad">
            {complaint ?? toFailure(save.error).message}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function useSave(webhook: OutboundWebhook | undefined, onClose: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (values: ReturnType<typeof toValues>) =>
      webhook ? updateOutboundWebhook(webhook.id, toChanges(webhook, values)) : createOutboundWebhook(toCreate(values)),
    onSuccess: () => {
      if (webhook) {
        toast.done('Saved.');
        onClose();
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: outboundKeys.all }),
  });
}

function ShownOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      title="Its secret"
      onClose={onClose}
      footer={
        <Button tone="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div className="grid gap-3">
        <SecretOnce secret={secret} label="Copy the secret" />
        <p className="text-fg-2">
          Your receiver checks each message with it, by any library for Standard Webhooks: headers webhook-id,
          webhook-timestamp and webhook-signature.
        </p>
      </div>
    </Dialog>
  );
}
