import { z } from 'zod';

export const DashboardRangeKey = z
  .enum(['24h', '3d', '7d', '14d', '1m', '3m', '6m', '1y'])
  .meta({ id: 'DashboardRangeKey' });
export type DashboardRangeKey = z.infer<typeof DashboardRangeKey>;
export const DashboardBucketKey = z.enum(['hour', 'day', 'week', 'month']).meta({ id: 'DashboardBucketKey' });
export type DashboardBucketKey = z.infer<typeof DashboardBucketKey>;

const toSeries = <S extends z.ZodType>(point: S) =>
  z.object({ range: DashboardRangeKey, bucket: DashboardBucketKey, points: z.array(point) });
const toSet = <S extends z.ZodType>(series: S) => z.object({ primary: series, comparison: series });

export const DashboardSeriesPoint = z
  .object({ period: z.iso.datetime().describe('Where the bucket begins.'), value: z.number() })
  .meta({ id: 'DashboardSeriesPoint' });
export const DashboardWipPoint = z
  .object({ period: z.iso.datetime(), inbox: z.int(), in_progress: z.int(), review: z.int(), done: z.int() })
  .meta({ id: 'DashboardWipPoint' });
const DashboardRangeSeries = toSeries(DashboardSeriesPoint).meta({ id: 'DashboardRangeSeries' });
const DashboardWipRangeSeries = toSeries(DashboardWipPoint).meta({ id: 'DashboardWipRangeSeries' });
export const DashboardSeriesSet = toSet(DashboardRangeSeries).meta({ id: 'DashboardSeriesSet' });
export const DashboardWipSeriesSet = toSet(DashboardWipRangeSeries).meta({ id: 'DashboardWipSeriesSet' });

const DashboardKpis = z
  .object({
    active_agents: z.int().describe('Agents of boards that were seen in the range.'),
    tasks_in_progress: z.int(),
    inbox_tasks: z.int(),
    in_progress_tasks: z.int(),
    review_tasks: z.int(),
    done_tasks: z.int(),
    error_rate_pct: z.number(),
    median_cycle_time_hours_7d: z.number().nullable().describe('Over the last 7 days, whatever the range is.'),
    median_cycle_time_hours: z.number().nullable().describe('Over the range.'),
  })
  .meta({ id: 'DashboardKpis' });

export const DashboardPendingApproval = z
  .object({
    approval_id: z.uuid(),
    board_id: z.uuid(),
    board_name: z.string(),
    action_type: z.string(),
    confidence: z.number(),
    created_at: z.iso.datetime(),
    task_title: z.string().nullable(),
  })
  .meta({ id: 'DashboardPendingApproval' });
export type DashboardPendingApproval = z.infer<typeof DashboardPendingApproval>;
export const DashboardPendingApprovals = z
  .object({ total: z.int(), items: z.array(DashboardPendingApproval) })
  .meta({ id: 'DashboardPendingApprovals' });
export type DashboardPendingApprovals = z.infer<typeof DashboardPendingApprovals>;

/** How work goes, over a range and the same length before it. */
export const DashboardMetrics = z
  .object({
    range: DashboardRangeKey,
    generated_at: z.iso.datetime(),
    kpis: DashboardKpis,
    throughput: DashboardSeriesSet.describe('Tasks that were done.'),
    cycle_time: DashboardSeriesSet.describe('Mean hours from the start of a cycle to its end.'),
    error_rate: DashboardSeriesSet.describe('Percent of the events of tasks that are failures.'),
    wip: DashboardWipSeriesSet.describe('Tasks by status at the end of each bucket.'),
    pending_approvals: DashboardPendingApprovals,
  })
  .meta({ id: 'DashboardMetrics' });
export type DashboardMetrics = z.infer<typeof DashboardMetrics>;

export const DashboardQuery = z.object({
  range_key: DashboardRangeKey.default('24h'),
  board_id: z.uuid().optional(),
  group_id: z.uuid().optional(),
});
export type DashboardQuery = z.infer<typeof DashboardQuery>;
