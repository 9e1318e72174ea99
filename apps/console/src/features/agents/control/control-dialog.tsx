import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, type ControlAction, controlAgent } from '#console/api/queries/fleet/agents.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

const texts: Record<ControlAction, { verb: string; done: string; effect: string }> = {
  pause: { verb: 'Pause', done: 'is paused', effect: 'New runs are refused. Runs in progress finish.' },
  resume: {
    verb: 'Resume',
    done: 'runs again',
    effect: 'Your pause ends. If something else holds the agent too, it stays paused until that lets go.',
  },
  drain: {
    verb: 'Drain',
    done: 'is draining',
    effect: 'New runs are refused; when the last one has ended, the agent is paused.',
  },
  retire: {
    verb: 'Retire',
    done: 'is retired',
    effect: 'The agent is taken out of service: new runs and enrolments are refused. It can be restored.',
  },
  restore: {
    verb: 'Restore',
    done: 'is restored, paused',
    effect: 'The agent comes back paused, so that nothing starts before you resume it.',
  },
};

interface ControlDialogProps {
  agent: Agent;
  action: ControlAction;
  onClose: () => void;
}

/** Says what will happen and asks why; the reason is kept with the agent and in the audit trail. */
export function ControlDialog({ agent, action, onClose }: ControlDialogProps) {
  const queryClient = useQueryClient();
  const formId = useId();
  const [reason, setReason] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const { verb, done, effect } = texts[action];
  const name = toVisibleText(agent.name);
  const control = useMutation({
    mutationFn: () => controlAgent(agent.id, action, reason.trim()),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: agentKeys.detail(agent.id) });
      void queryClient.invalidateQueries({ queryKey: agentKeys.lists });
      toast.done(`${name} ${done}.`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === '') return setComplaint('Say why, so that others understand it later.');
    setComplaint(undefined);
    control.mutate();
  };
  return (
    <Dialog
      title={`${verb} ${name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            tone={action === 'retire' ? 'danger' : 'primary'}
            isBusy={control.isPending}
          >
            {verb}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <p className="text-fg-2">{effect}</p>
        <Field label="Reason" error={complaint ?? (control.error ? toFailure(control.error).message : undefined)}>
          {(ids) => (
            <TextArea
              {...ids}
              data-autofocus
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
