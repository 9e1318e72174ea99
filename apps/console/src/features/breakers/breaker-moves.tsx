import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Breaker } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { type BreakerAction, moveBreaker } from '#console/api/queries/enforcement/breakers.ts';
import { breakerKeys } from '#console/api/queries/govern-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { breakerLooks } from '#console/ui/state/looks.ts';

const texts: Record<BreakerAction, { verb: string; effect: string }> = {
  open: { verb: 'Open', effect: 'What it guards is stopped at once and stays so until you let it go.' },
  close: { verb: 'Close', effect: 'What it guards goes on at once, and it does not open again until you let it go.' },
  release: { verb: 'Release', effect: 'It decides by itself again.' },
};

const movesOf = ({ state, held_by }: Breaker): BreakerAction[] => [
  ...(state === 'open' ? [] : (['open'] as const)),
  ...(state === 'closed' && held_by !== null ? [] : (['close'] as const)),
  ...(held_by === null ? [] : (['release'] as const)),
];

/** Opens, closes or lets go by hand, with a reason. */
export function BreakerMoves({ breaker }: { breaker: Breaker }) {
  const [action, setAction] = useState<BreakerAction>();
  return (
    <div className="flex flex-wrap gap-2">
      {movesOf(breaker).map((move) => (
        <Button key={move} tone={move === 'open' ? 'danger' : 'plain'} onClick={() => setAction(move)}>
          {texts[move].verb}
        </Button>
      ))}
      {action && <MoveDialog breaker={breaker} action={action} onClose={() => setAction(undefined)} />}
    </div>
  );
}

interface MoveDialogProps {
  breaker: Breaker;
  action: BreakerAction;
  onClose: () => void;
}

function MoveDialog({ breaker, action, onClose }: MoveDialogProps) {
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const move = useMutation({
    mutationFn: () => moveBreaker(breaker.id, action, reason.trim()),
    onSuccess: async (answer) => {
      await queryClient.invalidateQueries({ queryKey: breakerKeys.all });
      toast.done(`The breaker is ${breakerLooks[answer.state].word.toLowerCase()}.`);
      onClose();
    },
  });
  const submit = () => {
    if (reason.trim() === '') return setComplaint('Say why, so that others understand it later.');
    setComplaint(undefined);
    move.mutate();
  };
  return (
    <FormDialog
      title={`${texts[action].verb} the breaker`}
      action={texts[action].verb}
      isBusy={move.isPending}
      error={move.error ? toFailure(move.error).message : undefined}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="text-fg-2">{texts[action].effect}</p>
      <Field label="Reason" error={complaint}>
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
    </FormDialog>
  );
}
