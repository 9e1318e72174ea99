import type { Backtest } from '#console/api/contract.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { formatAge } from '#console/lib/format/time.ts';
import { Select } from '#console/ui/control/select.tsx';

interface PastBacktestsProps {
  backtests: readonly Backtest[];
  shown: string | undefined;
  onShow: (id: string) => void;
}

/** Back-tests of before, one of which is shown. */
export function PastBacktests({ backtests, shown, onShow }: PastBacktestsProps) {
  if (backtests.length < 2) return null;
  const nowMs = Date.now();
  return (
    <Select
      aria-label="Back-test"
      className="max-w-96"
      value={shown ?? ''}
      onChange={(event) => onShow(event.target.value)}
    >
      {backtests.map((backtest) => (
        <option key={backtest.id} value={backtest.id}>
          {toLine(backtest, nowMs)}
        </option>
      ))}
    </Select>
  );
}

function toLine({ policy_version, created_at, state, report }: Backtest, nowMs: number): string {
  const version = policy_version === null ? 'a draft' : `v${policy_version}`;
  const outcome = report ? `${formatCount(report.would_block)} of ${formatCount(report.calls)} blocked` : state;
  return `${version}, ${formatAge(Date.parse(created_at), nowMs)}: ${outcome}`;
}
