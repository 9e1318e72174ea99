import type { AgentVersion } from '#console/api/contract.ts';
import { formatDurationUs, formatShare, plural } from '#console/lib/format/numbers.ts';
import { watchLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';

/** How a version did in the last 30 days, and what the hour after its activation says of it. */
export function VersionFigures({ version }: { version: AgentVersion }) {
  const { runs, error_rate, p95_ms, mean_score, watch } = version;
  const figures = [
    plural(runs, 'run'),
    ...(error_rate === null ? [] : [`${formatShare(error_rate)} errors`]),
    ...(p95_ms === null ? [] : [`p95 ${formatDurationUs(p95_ms * 1_000)}`]),
    ...(mean_score === null ? [] : [`score ${mean_score.toFixed(2)}`]),
  ];
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      <span className="num">{figures.join(' · ')}</span>
      {watch && (
        <span title={watch.findings.map(({ text }) => text).join('\n')}>
          <MarkedWord look={watchLooks[watch.verdict]} />
        </span>
      )}
    </span>
  );
}
