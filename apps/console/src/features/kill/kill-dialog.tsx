import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { type KillInput, setKill } from '#console/api/queries/enforcement/kills.ts';
import { killKeys } from '#console/api/queries/govern-keys.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { Reach } from './reach.tsx';
import { isNamed, type Target, toScope } from './target.ts';
import { TargetField } from './target-field.tsx';

/** Stops agents at once: whom, why, and their name typed out, so that nobody does it by a slip. */
export function KillDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const queryClient = useQueryClient();
  const [target, setTarget] = useState<Target>();
  const [reason, setReason] = useState('');
  const [isAbort, setAbort] = useState(false);
  const [typed, setTyped] = useState('');
  const kill = useMutation({
    mutationFn: (body: KillInput) => setKill(body),
    onSuccess: async (set) => {
      await queryClient.invalidateQueries({ queryKey: killKeys.all });
      void queryClient.invalidateQueries({ queryKey: ['agents'] });
      toast.done(`The kill switch is on: ${plural(set.agents, 'agent')} stopped.`);
      onClose();
    },
  });
  const canKill = isNamed(target, typed) && reason.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target && canKill) kill.mutate({ scope: toScope(target), abort: isAbort, reason: reason.trim() });
  };
  return (
    <Dialog
      title="Kill switch"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="danger" disabled={!canKill} isBusy={kill.isPending}>
            Stop them now
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <p className="text-fg-2">
          Every tool and model call of these agents is blocked from now on, whatever policies say, and of agents that
          join them later, too.
        </p>
        <TargetField
          target={target}
          onChange={(next) => {
            setTarget(next);
            setTyped('');
          }}
        />
        {target && <Reach target={target} />}
        <Check
          label="Cancel calls that run"
          hint="Without it, calls in progress finish and nothing new begins."
          isChecked={isAbort}
          onChange={setAbort}
        />
        <Field label="Reason" hint="Shown to everybody while it is on.">
          {(ids) => (
            <TextArea {...ids} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />
          )}
        </Field>
        {target && (
          <Field label={`Type ${target.name} to go on`}>
            {(ids) => <TextInput {...ids} value={typed} onChange={(event) => setTyped(event.target.value)} />}
          </Field>
        )}
        {kill.error && (
          <p role="alert" className="text-bad">
            {toFailure(kill.error).message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
