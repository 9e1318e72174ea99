import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { OutboundWebhook } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  createOutboundWebhook,
  outboundKeys,
  updateOutboundWebhook,
} from '#console/api/queries/govern/outbound-webhooks.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { type FormSave, useRebasedForm } from '#console/lib/form/use-rebased-form.ts';
import { Button } from '#console/ui/control/button.tsx';
import { SecretOnce } from '#console/ui/data/secret-once.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { OutboundConflict } from './outbound-conflict.tsx';
import { OutboundFields } from './outbound-fields.tsx';
import { type OutboundValues, toChanges, toComplaint, toCreate, toValues } from './outbound-values.ts';

interface OutboundDialogProps {
  /** The webhook to change, as the server has it now; without it a new one is made. */
  webhook?: OutboundWebhook;
  onClose: () => void;
}

/** Asks where to send what; a new webhook's secret is shown once. */
export function OutboundDialog({ webhook, onClose }: OutboundDialogProps) {
  const formId = useId();
  const [complaint, setComplaint] = useState<string>();
  const save = useSave(onClose);
  const isConflict = isVersionConflict(save.error);
  const form = useRebasedForm({ current: webhook, toValues: toValues, save, isConflict });
  if (save.data && 'secret' in save.data && typeof save.data.secret === 'string')
    return <ShownOnce secret={save.data.secret} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = toComplaint(form.values);
    setComplaint(found);
    if (!found) form.submit();
  };
  const text = complaint ?? (save.error && !isConflict ? toFailure(save.error).message : undefined);
  return (
    <Dialog
      title={webhook ? `Edit ${webhook.name}` : 'Add a webhook'}
      onClose={onClose}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" disabled={isConflict} isBusy={save.isPending}>
            {webhook ? 'Save' : 'Add it'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        {form.conflict && <OutboundConflict {...form.conflict} />}
        <OutboundFields values={form.values} onChange={form.change} />
        {text && (
          <p role="alert" className="text-bad">
            {text}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function useSave(onClose: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ base, values }: FormSave<OutboundWebhook | undefined, OutboundValues>) =>
      base ? updateOutboundWebhook(base.id, toChanges(base, values)) : createOutboundWebhook(toCreate(values)),
    onSuccess: (_answer, { base }) => {
      if (!base) return;
      toast.done('Saved.');
      onClose();
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
