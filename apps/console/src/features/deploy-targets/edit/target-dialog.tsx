import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { DeployTarget } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  createDeployTarget,
  deployTargetKeys,
  updateDeployTarget,
} from '#console/api/queries/govern/deploy-targets.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { type FormSave, useRebasedForm } from '#console/lib/form/use-rebased-form.ts';
import { Button } from '#console/ui/control/button.tsx';
import { SecretOnce } from '#console/ui/data/secret-once.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { TargetConflict } from './target-conflict.tsx';
import { TargetFields } from './target-fields.tsx';
import { type TargetValues, toChanges, toComplaint, toCreate, toValues } from './target-values.ts';

interface TargetDialogProps {
  /** The target to change, as the server has it now; without it a new one is made. */
  target?: DeployTarget;
  onClose: () => void;
}

/** Asks what a target reaches and how; a secret that the server made is shown once. */
export function TargetDialog({ target, onClose }: TargetDialogProps) {
  const formId = useId();
  const [complaint, setComplaint] = useState<string>();
  const save = useSave(onClose);
  const isConflict = isVersionConflict(save.error);
  const form = useRebasedForm({ current: target, toValues: toValues, save, isConflict });
  const secret = save.data && 'secret' in save.data ? save.data.secret : null;
  if (typeof secret === 'string') return <ShownOnce secret={secret} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = toComplaint(form.values, form.base === undefined);
    setComplaint(found);
    if (!found) form.submit();
  };
  const text = complaint ?? (save.error && !isConflict ? toFailure(save.error).message : undefined);
  return (
    <Dialog
      title={target ? `Edit ${target.name}` : 'Add a deploy target'}
      onClose={onClose}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" disabled={isConflict} isBusy={save.isPending}>
            {target ? 'Save' : 'Add it'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        {form.conflict && <TargetConflict {...form.conflict} />}
        <TargetFields values={form.values} onChange={form.change} isNew={target === undefined} />
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
    mutationFn: ({ base, values }: FormSave<DeployTarget | undefined, TargetValues>) =>
      base ? updateDeployTarget(base.id, toChanges(base, values)) : createDeployTarget(toCreate(values)),
    onSuccess: (answer) => {
      if ('secret' in answer && answer.secret !== null) return;
      toast.done('Saved.');
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: deployTargetKeys.all }),
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
          Your receiver checks each call with it, by any library for Standard Webhooks: headers webhook-id,
          webhook-timestamp and webhook-signature.
        </p>
      </div>
    </Dialog>
  );
}
