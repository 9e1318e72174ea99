import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { BoardWebhook } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { createWebhook, updateWebhook } from '#console/api/queries/govern/webhooks.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { WebhookFields } from './webhook-fields.tsx';
import {
  toWebhookChanges,
  toWebhookCreate,
  toWebhookValues,
  type WebhookAgent,
  type WebhookValues,
} from './webhook-values.ts';

interface WebhookDialogProps {
  boardId: string;
  agents: readonly WebhookAgent[];
  /** The webhook to change; without it a new one is made. */
  webhook: BoardWebhook | undefined;
  onClose: () => void;
}

/** Asks what an agent shall do with a call, and how calls are signed. */
export function WebhookDialog({ boardId, agents, webhook, onClose }: WebhookDialogProps) {
  const formId = useId();
  const queryClient = useQueryClient();
  const [values, setValues] = useState(() => toWebhookValues(webhook));
  const [complaint, setComplaint] = useState<string>();
  const save = useMutation({
    mutationFn: (input: WebhookValues) =>
      webhook
        ? updateWebhook(boardId, webhook.id, toWebhookChanges(webhook, input))
        : createWebhook(boardId, toWebhookCreate(input)),
    onSuccess: () => {
      toast.done(webhook ? 'Saved.' : 'Added. Give its address to the other system.');
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: boardKeys.webhooks(boardId) }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = values.description.trim() === '';
    setComplaint(isMissing ? 'Say what the calls are and what the agent shall do with them.' : undefined);
    if (!isMissing) save.mutate(values);
  };
  return (
    <Dialog
      title={webhook ? 'Edit the webhook' : 'Add a webhook'}
      onClose={onClose}
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
        <WebhookFields
          values={values}
          agents={agents}
          hasSecret={webhook?.has_secret ?? false}
          complaint={complaint}
          onChange={(part) => setValues({ ...values, ...part })}
        />
        {save.error && (
          <p role="alert" className="text-bad">
            {toFailure(save.error).message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
