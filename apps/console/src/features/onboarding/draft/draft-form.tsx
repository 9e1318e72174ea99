import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Board, Onboarding } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { meQuery } from '#console/api/queries/session.ts';
import { confirmOnboarding } from '#console/api/queries/work/onboarding.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { GoalFields, LeadFields, ProfileFields } from './draft-fields.tsx';
import { type DraftValues, findGap, toConfirm, toDraftValues } from './draft-values.ts';

interface DraftFormProps {
  board: Board;
  /** Null when the person fills in the goal without the agent. */
  draft: Onboarding['draft_goal'];
}

/** The goal, the person and the lead before they count: everything can still be changed. */
export function DraftForm({ board, draft }: DraftFormProps) {
  const [values, setValues] = useState<DraftValues>(() => toDraftValues(draft, board));
  const [gap, setGap] = useState<string>();
  const change = (part: Partial<DraftValues>) => setValues({ ...values, ...part });
  const confirm = useConfirm(board.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findGap(values);
    setGap(found);
    if (!found) confirm.mutate(toConfirm(values, draft));
  };
  const error = gap ?? (confirm.error ? toFailure(confirm.error).message : undefined);
  const fields = { values, onChange: change };
  return (
    <form onSubmit={submit} noValidate className="grid gap-3">
      <p className="text-fg-2">
        {draft
          ? 'This is what the agent understood. Change what is not right; it counts once you confirm it.'
          : 'Say what the board is for. Its lead is made once you confirm it.'}
      </p>
      <GoalFields {...fields} />
      <Section title="The lead">
        <LeadFields {...fields} />
      </Section>
      <Section title="You">
        <ProfileFields {...fields} />
      </Section>
      {error && (
        <p role="alert" className="text-bad">
          {error}
        </p>
      )}
      <div>
        <Button type="submit" tone="primary" isBusy={confirm.isPending}>
          Confirm and make the lead
        </Button>
      </div>
    </form>
  );
}

function useConfirm(boardId: string) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: ReturnType<typeof toConfirm>) => confirmOnboarding(boardId, body),
    onSuccess: async (board) => {
      queryClient.setQueryData(boardKeys.detail(boardId), board);
      toast.done('The goal is set; the lead is being made.');
      await navigate({ to: '/boards/$boardId', params: { boardId }, search: {} });
      void queryClient.invalidateQueries({ queryKey: boardKeys.all });
      void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
}
