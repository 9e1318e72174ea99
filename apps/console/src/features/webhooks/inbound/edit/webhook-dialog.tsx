import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { BoardWebhook } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { createWebhook, updateWebhook } from '#console/api/queries/govern/webhooks.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { type FormSave, useRebasedForm } from '#console/lib/form/use-rebased-form.ts';
import { listDifferences } from '#console/lib/rebase.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Conflict } from '#console/ui/feedback/conflict.tsx';
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
  /** The webhook to change, as the server has it now; without it a new one is made. */
  webhook: BoardWebhook | undefined;
  onClose: () => void;
}

const words: Record<keyof WebhookValues, string> = {
  description: 'Instruction',
  agentId: 'Agent',
  isEnabled: 'Takes calls',
  header: 'Signature header',
  secret: 'Secret',
  isCleared: 'Secret',
};

/** Asks what an agent shall do with a call, and how calls are signed. */
export function WebhookDialog({ boardId, agents, webhook, onClose }: WebhookDialogProps) {
  const formId = useId();
  const [complaint, setComplaint] = useState<string>();
  const save = useSave(boardId, onClose);
  const isConflict = isVersionConflict(save.error);
  const form = useRebasedForm({ current: webhook, toValues: toWebhookValues, save, isConflict });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = form.values.description.trim() === '';
    setComplaint(isMissing ? 'Say what the calls are and what the agent shall do with them.' : undefined);
    if (!isMissing) form.submit();
  };
  return (
    <Dialog
      title={webhook ? 'Edit the webhook' : 'Add a webhook'}
      onClose={onClose}
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
        {form.conflict && <WebhookConflict agents={agents} {...form.conflict} />}
        <WebhookFields
          values={form.values}
          agents={agents}
          hasSecret={webhook?.has_secret ?? false}
          complaint={complaint}
          onChange={form.change}
        />
        {save.error && !isConflict && (
          <p role="alert" className="text-bad">
            {toFailure(save.error).message}
          </p>
        )}
      </form>
    </Dialog>
  );
}

interface WebhookConflictProps {
  agents: readonly WebhookAgent[];
  theirs: WebhookValues;
  mine: WebhookValues;
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Both versions of a webhook that two people edited. */
function WebhookConflict({ agents, theirs, mine, ...rest }: WebhookConflictProps) {
  return <Conflict differences={toDifferences(theirs, mine, agents)} {...rest} />;
}

/** A secret is told as changed, never shown. */
function toDifferences(theirs: WebhookValues, mine: WebhookValues, agents: readonly WebhookAgent[]) {
  const toTexts = (values: WebhookValues): Record<keyof WebhookValues, string> => ({
    description: values.description,
    agentId: agents.find(({ id }) => id === values.agentId)?.name ?? 'the lead',
    isEnabled: values.isEnabled ? 'yes' : 'no',
    header: values.header,
    secret: values.secret ? 'a new one' : 'as it is',
    isCleared: values.isCleared ? 'taken away' : 'as it is',
  });
  const [left, right] = [toTexts(theirs), toTexts(mine)];
  return listDifferences(theirs, mine).map((key) => ({ field: words[key], theirs: left[key], mine: right[key] }));
}

function useSave(boardId: string, onClose: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ base, values }: FormSave<BoardWebhook | undefined, WebhookValues>) =>
      base
        ? updateWebhook(boardId, base.id, toWebhookChanges(base, values))
        : createWebhook(boardId, toWebhookCreate(values)),
    onSuccess: (_answer, { base }) => {
      toast.done(base ? 'Saved.' : 'Added. Give its address to the other system.');
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: boardKeys.webhooks(boardId) }),
  });
}
