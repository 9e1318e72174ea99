import type { DashboardMetrics } from '#console/api/contract.ts';

type SeriesSet = DashboardMetrics['throughput'];

const sum = (points: SeriesSet['primary']['points']) => points.reduce((total, { value }) => total + value, 0);

/** What came together in the range, and in the same length of time before it. */
export const compareSums = ({ primary, comparison }: SeriesSet) => ({
  now: sum(primary.points),
  before: sum(comparison.points),
});

/** `35 min`, `4.2 h`, `3.1 d`. */
export function formatHours(hours: number): string {
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  if (hours < 48) return `${Math.round(hours * 10) / 10} h`;
  return `${Math.round((hours / 24) * 10) / 10} d`;
}

/** Values of the time before at the places of the range's own points. */
export const alignBefore = ({ primary, comparison }: SeriesSet): (number | null)[] =>
  primary.points.map((_, index) => comparison.points[index]?.value ?? null);

/** Whether anybody has written a task, within the range for those that are done. */
export const hasTasks = ({ kpis, throughput }: Pick<DashboardMetrics, 'kpis' | 'throughput'>): boolean =>
  kpis.inbox_tasks + kpis.in_progress_tasks + kpis.review_tasks + sum(throughput.primary.points) > 0;
