import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Backtest } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { backtestQuery, cancelBacktest, isOpenBacktest, toExportUrl } from '#console/api/queries/policies/backtests.ts';
import { formatCount, plural } from '#console/lib/format/numbers.ts';
import { Button, buttonClass } from '#console/ui/control/button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { BacktestFigures } from './backtest-figures.tsx';
import { BacktestRows } from './backtest-rows.tsx';
import { PerAgent, PerRule } from './per-rule.tsx';

/** One back-test: how far it is, or what came of it. */
export function BacktestResult({ id }: { id: string }) {
  const { data: backtest, error, refetch } = useQuery(backtestQuery(id));
  if (error && !backtest)
    return (
      <Failed what="The back-test could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />
    );
  if (!backtest) return <SkeletonRows rows={4} />;
  if (isOpenBacktest(backtest)) return <Progress backtest={backtest} />;
  if (!backtest.report) {
    const failure = backtest.error ?? {
      code: `backtest.${backtest.state}`,
      message: 'It was ended before it was through.',
    };
    return (
      <Failed what={`The back-test ${backtest.state === 'canceled' ? 'was cancelled' : 'failed'}`} failure={failure} />
    );
  }
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <p className="text-lg">
          {backtest.policy_version === null ? 'The draft' : `Version ${backtest.policy_version}`} would have blocked{' '}
          <strong className="num font-semibold">{formatCount(backtest.report.would_block)}</strong> of{' '}
          <span className="num">{plural(backtest.report.calls, 'call')}</span>
        </p>
        <a href={toExportUrl(id)} download className={`${buttonClass('plain')} ml-auto`}>
          All rows as NDJSON
        </a>
      </div>
      <BacktestFigures report={backtest.report} />
      <div className="grid gap-4 xl:grid-cols-2">
        <PerRule report={backtest.report} />
        <PerAgent report={backtest.report} />
      </div>
      <BacktestRows id={id} />
    </div>
  );
}

function Progress({ backtest: { id, progress, state } }: { backtest: Backtest }) {
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelBacktest(id),
    onError: (error) => toast.failed(`Not cancelled: ${toFailure(error).message}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['backtests'] }),
  });
  const { done, total } = progress;
  return (
    <section aria-label="Progress" className="grid max-w-xl gap-2">
      <p role="status" className="num">
        {state === 'queued'
          ? 'It begins in a moment.'
          : `${formatCount(done)} of ${total === null ? 'so many' : formatCount(total)} calls judged`}
      </p>
      <progress
        aria-label="Calls judged"
        className="h-1.5 w-full"
        value={total === null ? undefined : done}
        max={total ?? undefined}
      />
      <div>
        <Button isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel
        </Button>
      </div>
    </section>
  );
}
