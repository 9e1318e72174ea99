import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { toFailure } from '#console/api/problem.ts';
import { startBacktest } from '#console/api/queries/policies/backtests.ts';
import { Button } from '#console/ui/control/button.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

const DAY_MS = 86_400_000;

interface TryDraftProps {
  policyId: string;
  source: string;
  isSound: boolean;
}

/** Judges the calls of the last day by what is not saved yet; the draft stays. */
export function TryDraft({ policyId, source, isSound }: TryDraftProps) {
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: () => {
      const now = Date.now();
      return startBacktest({
        source,
        from: new Date(now - DAY_MS).toISOString(),
        to: new Date(now).toISOString(),
      });
    },
    onSuccess: ({ id }) => void navigate({ to: '/policies/$policyId/backtest', params: { policyId }, search: { id } }),
    onError: (error) => toast.failed(toFailure(error).message),
  });
  return (
    <Button disabled={!isSound} isBusy={start.isPending} onClick={() => start.mutate()}>
      Back-test draft
    </Button>
  );
}
