import { z } from 'zod';

/** A number now and how it moved: one point per step, oldest first; null where nothing was measured. */
export const Trend = z
  .object({ value: z.number().nullable(), points: z.array(z.number().nullable()) })
  .meta({ id: 'Trend' });
export type Trend = z.infer<typeof Trend>;

/** One agent's figures over the window. */
export const AgentFigures = z
  .object({
    agent_id: z.uuid(),
    active_runs: z.int(),
    runs_per_min: z.number().describe('Started, over the last five minutes.'),
    error_rate: z.number().nullable().describe('Runs that failed of runs that ended, 0 to 1; null when none ended.'),
    p95_ms: z.number().nullable().describe('95th percentile of run duration.'),
    tokens_per_h: z.number(),
    cost_today_usd: z.number().describe('Since 00:00 UTC.'),
    unpriced_tokens_today: z.int().describe('Above 0 the cost is a lower bound.'),
    violations: z.int().describe('In the window.'),
    runs_points: z.array(z.number()).describe('Runs started, one point per step.'),
  })
  .meta({ id: 'AgentFigures' });
export type AgentFigures = z.infer<typeof AgentFigures>;

/** The six numbers of the Overview and the figures of its fleet table. */
export const Overview = z
  .object({
    at: z.iso.datetime(),
    window_s: z.int(),
    step_s: z.int(),
    health: z.object({ green: z.int(), amber: z.int(), red: z.int(), grey: z.int() }).describe('Agents by colour.'),
    active_runs: Trend,
    runs_per_min: Trend,
    error_rate: Trend,
    p95_ms: Trend,
    tokens_per_min: Trend,
    cost_today_usd: Trend.describe('Points are cost per step, not cumulative.'),
    unpriced_tokens_today: z.int(),
    open_violations: z.int(),
    agents: z.array(AgentFigures).describe('Agents with traffic in the window, today, or with a run open.'),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof Overview>;

export const OverviewQuery = z.object({
  window_s: z.coerce.number().int().min(300).max(86_400).default(3600).describe('How far back, in seconds.'),
});
export type OverviewQuery = z.infer<typeof OverviewQuery>;
