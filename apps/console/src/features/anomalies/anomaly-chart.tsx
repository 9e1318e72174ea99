import { useMemo } from 'react';
import type { AnomalyDetail } from '#console/api/contract.ts';
import { LineChart } from '#console/ui/chart/line-chart.tsx';
import { formatOf, toName } from './anomaly-text.ts';

/** What was measured by minute, the usual band behind it, and where it began. */
export function AnomalyChart({ anomaly }: { anomaly: AnomalyDetail }) {
  const { series, expected_low, expected_high, began_at, closed_at } = anomaly;
  const drawing = useMemo(
    () => ({
      times: series.map(({ t }) => Date.parse(t)),
      lines: [{ label: toName(anomaly), color: 'accent' as const, values: series.map(({ value }) => value) }],
      band:
        expected_high === null
          ? undefined
          : { label: 'usual', low: series.map(() => expected_low ?? 0), high: series.map(() => expected_high) },
      marks: [
        { at: Date.parse(began_at), label: 'began', color: 'warn' as const },
        ...(closed_at === null ? [] : [{ at: Date.parse(closed_at), label: 'closed', color: 'ok' as const }]),
      ],
    }),
    [anomaly, series, expected_low, expected_high, began_at, closed_at],
  );
  return <LineChart label={`${toName(anomaly)} by minute`} {...drawing} format={formatOf(anomaly)} />;
}
