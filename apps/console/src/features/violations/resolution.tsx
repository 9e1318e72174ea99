import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Violation } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { equalViolationsQuery, updateViolation, violationKeys } from '#console/api/queries/fleet/violations.ts';
import { formatCount, plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { violationLooks } from '#console/ui/state/looks.ts';

/** What a person makes of a violation: a state and a note, for this one or for all open ones like it. */
export function Resolution({ violation }: { violation: Violation }) {
  const [note, setNote] = useState(violation.note ?? '');
  const [isForAll, setForAll] = useState(false);
  const equal = useQuery({ ...equalViolationsQuery(violation), enabled: violation.state === 'open' }).data ?? [];
  const others = equal.filter(({ id }) => id !== violation.id);
  const move = useMove(violation, isForAll ? others : []);
  const isOpen = violation.state === 'open';
  const to = (state: Violation['state']) => () => move.mutate({ state, note: note.trim() || null });
  return (
    <div className="grid gap-3 border-t pt-4">
      <Field
        label="Note"
        hint={violation.state_at ? 'Kept with the violation.' : 'For whoever looks at this next; may be empty.'}
      >
        {(ids) => <TextArea {...ids} value={note} onChange={(event) => setNote(event.target.value)} maxLength={4000} />}
      </Field>
      {isOpen && others.length > 0 && (
        <label className="touch flex items-center gap-2.5">
          <input type="checkbox" className="size-4" checked={isForAll} onChange={() => setForAll(!isForAll)} />
          And {plural(others.length, 'other')} of this agent, by the same call
        </label>
      )}
      <div className="flex flex-wrap gap-2">
        {isOpen && (
          <Button tone="primary" isBusy={move.isPending} onClick={to('acknowledged')}>
            Acknowledge
          </Button>
        )}
        {violation.state !== 'resolved' && (
          <Button isBusy={move.isPending} onClick={to('resolved')}>
            Resolve
          </Button>
        )}
        {violation.state !== 'false_positive' && (
          <Button isBusy={move.isPending} onClick={to('false_positive')}>
            False positive
          </Button>
        )}
        {!isOpen && (
          <Button tone="ghost" isBusy={move.isPending} onClick={to('open')}>
            Open again
          </Button>
        )}
      </div>
    </div>
  );
}

interface Move {
  state: Violation['state'];
  note: string | null;
}

/** Moves this violation first, then the others; when one fails, the rest stay as they were. */
function useMove(violation: Violation, others: readonly Violation[]) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (change: Move) => {
      const answer = await updateViolation(violation.id, change);
      for (const other of others) await updateViolation(other.id, change);
      return answer;
    },
    onSuccess: (answer) => {
      const word = violationLooks[answer.state].word.toLowerCase();
      toast.done(others.length > 0 ? `${formatCount(others.length + 1)} marked as ${word}.` : `Marked as ${word}.`);
    },
    onError: (error) => toast.failed(`Not saved: ${toFailure(error).message}`),
    onSettled: (answer) => {
      if (answer)
        queryClient.setQueryData<Violation>(violationKeys.detail(violation.id), (old) => old && { ...old, ...answer });
      return queryClient.invalidateQueries({ queryKey: ['violations'] });
    },
  });
}
