import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { PolicyDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { type BacktestInput, backtestsQuery, startBacktest } from '#console/api/queries/policies/backtests.ts';
import { policyQuery } from '#console/api/queries/policies/policies.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { Empty, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { BacktestResult } from './backtest-result.tsx';
import { PastBacktests } from './past-backtests.tsx';

const route = getRouteApi('/frame/policies/$policyId/backtest');

const HOUR_MS = 3_600_000;
const RANGES = [
  { value: '24', label: '24 hours', hours: 24 },
  { value: '72', label: '3 days', hours: 72 },
  { value: '168', label: '7 days', hours: 168 },
  { value: '720', label: '30 days', hours: 720 },
];

/** What the policy would have done to calls that were recorded. */
export function PolicyBacktest() {
  const { policyId } = route.useParams();
  const { data: policy } = useQuery(policyQuery(policyId));
  return policy ? <Backtests policy={policy} /> : <SkeletonRows rows={5} />;
}

function Backtests({ policy }: { policy: PolicyDetail }) {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const past = useQuery(backtestsQuery(policy.id));
  const show = (backtestId: string) => void navigate({ search: { id: backtestId }, replace: true });
  const start = useMutation({
    mutationFn: (body: BacktestInput) => startBacktest(body),
    onSuccess: async (backtest) => {
      show(backtest.id);
      await queryClient.invalidateQueries({ queryKey: backtestsQuery(policy.id).queryKey });
    },
  });
  const shown = id ?? past.data?.[0]?.id;
  return (
    <div className="grid content-start gap-4 px-4 py-4 sm:px-6">
      <StartForm policy={policy} isBusy={start.isPending} onStart={start.mutate} />
      {start.error && (
        <p role="alert" className="text-bad">
          {toFailure(start.error).message}
        </p>
      )}
      <PastBacktests backtests={past.data ?? []} shown={shown} onShow={show} />
      {shown && <BacktestResult key={shown} id={shown} />}
      {!shown && past.isSuccess && (
        <Empty title="Not tried on recorded calls yet">
          <p>
            A back-test judges the calls of the past by a version: what it would have blocked, where, and in which runs
            that had succeeded. Nothing is changed by it.
          </p>
        </Empty>
      )}
    </div>
  );
}

interface StartFormProps {
  policy: PolicyDetail;
  isBusy: boolean;
  onStart: (body: BacktestInput) => void;
}

function StartForm({ policy, isBusy, onStart }: StartFormProps) {
  const [range, setRange] = useState('24');
  const hours = RANGES.find(({ value }) => value === range)?.hours ?? 24;
  const start = () => {
    const now = Date.now();
    onStart({
      policy_id: policy.id,
      version: policy.latest_version,
      from: new Date(now - hours * HOUR_MS).toISOString(),
      to: new Date(now).toISOString(),
    });
  };
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Segmented label="Calls of the last" choices={RANGES} value={range} onChange={setRange} />
      <Button tone="primary" isBusy={isBusy} onClick={start}>
        Back-test v{policy.latest_version}
      </Button>
    </div>
  );
}
