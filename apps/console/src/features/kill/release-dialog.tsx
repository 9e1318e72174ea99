import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Approval, Kill } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { releaseKill } from '#console/api/queries/enforcement/kills.ts';
import { killKeys } from '#console/api/queries/govern-keys.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { toKillName } from './kill-name.ts';

const STAGES = [10, 50, 100] as const;
type Stage = (typeof STAGES)[number];

function toSentence(answer: Kill | Approval, percent: number): string {
  if (!('released_at' in answer)) return 'Asked: they are let go once a second person approves it.';
  return answer.released_at === null
    ? `${percent} % are let go; ${plural(answer.agents, 'agent')} still stopped.`
    : 'The kill switch is off.';
}

/** Lets agents go in stages: a tenth first, to see how they fare. */
export function ReleaseDialog({ kill, onClose }: { kill: Kill; onClose: () => void }) {
  const stages = STAGES.filter((stage) => stage > kill.released_percent);
  const [percent, setPercent] = useState<Stage>(stages[0] ?? 100);
  const queryClient = useQueryClient();
  const release = useMutation({
    mutationFn: () => releaseKill(kill.id, percent),
    onSuccess: async (answer) => {
      await queryClient.invalidateQueries({ queryKey: killKeys.all });
      void queryClient.invalidateQueries({ queryKey: ['agents'] });
      toast.done(toSentence(answer, percent));
      onClose();
    },
  });
  return (
    <FormDialog
      title={`Release ${toKillName(kill)}`}
      action={percent === 100 ? 'Let all go' : `Let ${percent} % go`}
      isBusy={release.isPending}
      error={release.error ? toFailure(release.error).message : undefined}
      onSubmit={() => release.mutate()}
      onClose={onClose}
    >
      <Segmented
        label="How many"
        choices={stages.map((stage) => ({ value: String(stage), label: stage === 100 ? 'All' : `${stage} %` }))}
        value={String(percent)}
        onChange={(value) => setPercent(stages.find((stage) => String(stage) === value) ?? 100)}
      />
      <p className="text-fg-2">
        The same agents are always let go first. {plural(kill.agents, 'agent')} {kill.agents === 1 ? 'is' : 'are'}{' '}
        stopped now; what else holds an agent goes on holding it.
      </p>
    </FormDialog>
  );
}
