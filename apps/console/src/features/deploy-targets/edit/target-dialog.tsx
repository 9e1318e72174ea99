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
import { rebase } from '#console/lib/rebase.ts';
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
  const [base, setBase] = useState(target);
  const [values, setValues] = useState(() => toValues(target));
  const [complaint, setComplaint] = useState<string>();
  const save = useSave(onClose);
  const secret = save.data && 'secret' in save.data ? save.data.secret : null;
  if (typeof secret === 'string') return <ShownOnce secret={secret} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = toComplaint(values, base === undefined);
    setComplaint(found);
    if (!found) save.mutate({ base, values });
  };
  /** Goes on from what the other person saved. */
  const goOn = (next: TargetValues) => {
    setBase(target);
    setValues(next);
    save.reset();
  };
  const merged = rebase(toValues(base), toValues(target), values);
  const isConflict = isVersionConflict(save.error);
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
        {isConflict && target && (
          <TargetConflict
            theirs={toValues(target)}
            mine={merged}
            isBusy={save.isPending}
            onKeepMine={() => {
              goOn(merged);
              save.mutate({ base: target, values: merged });
            }}
            onTakeTheirs={() => goOn(toValues(target))}
          />
        )}
        <TargetFields
          values={values}
          onChange={(part) => setValues({ ...values, ...part })}
          isNew={target === undefined}
        />
        {text && (
          <p role="alert" className="text-bad">
            {text}
          </p>
        )}
      </form>
    </Dialog>
  );
}

interface Save {
  /** What the form was filled from. */
  base: DeployTarget | undefined;
  values: TargetValues;
}

function useSave(onClose: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ base, values }: Save) =>
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
