import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

export const Detector = z.enum([
  ...(['latency', 'tokens', 'error_rate', 'score', 'attempts', 'silent', 'tool_mix', 'skipped_step'] as const),
  ...(['loop', 'burn', 'context_growth', 'retry_storm', 'data_flow'] as const),
]);
export type Detector = z.infer<typeof Detector>;

export const Severity = z.enum(['low', 'medium', 'high', 'critical']);
export type Severity = z.infer<typeof Severity>;

export const AnomalyState = z.enum(['open', 'acknowledged', 'closed']);
export type AnomalyState = z.infer<typeof AnomalyState>;

export const BaselineLevel = z
  .enum(['hour_of_week', 'hour_of_day', 'agent', 'none'])
  .describe(
    'What is usual was learned from: the same hours of the week, of the day, all of the agent, or nothing (a rule).',
  );
export type BaselineLevel = z.infer<typeof BaselineLevel>;

/** Who is behind it, as far as calls between agents and tools tell. */
export const AnomalyCause = z
  .object({
    kind: z.enum(['retry_amplification', 'slow_agent', 'failing_agent', 'tool', 'itself']),
    agent_id: z.uuid().nullable(),
    tool: z.string().nullable(),
    error_type: z.string().nullable(),
    share: z.number().nullable().describe('Of the extra time, 0 to 1.'),
    path: z.array(z.uuid()).describe('From the agent down to the cause.'),
  })
  .meta({ id: 'AnomalyCause' });
export type AnomalyCause = z.infer<typeof AnomalyCause>;

const Feedback = z.enum(['useful', 'not_useful', 'expected']);

export const Anomaly = z
  .object({
    id: z.uuid(),
    agent_id: z.uuid(),
    agent_name: z.string(),
    version_id: z.uuid().nullable(),
    detector: Detector,
    metric: z.string(),
    scope: z.string().describe('The step that it is about; empty for all of the agent.'),
    severity: Severity,
    state: AnomalyState,
    opened_at: z.iso.datetime(),
    began_at: z.iso.datetime().describe('When what is measured began to move.'),
    last_seen_at: z.iso.datetime(),
    closed_at: z.iso.datetime().nullable(),
    observed: z.number(),
    expected_low: z.number().nullable(),
    expected_high: z.number().nullable(),
    z: z.number().nullable().describe('How far off, in standard errors.'),
    n: z.int().describe('How many runs, calls or steps speak for it.'),
    baseline_level: BaselineLevel,
    cause: AnomalyCause.nullable(),
    affected_agent_ids: z.array(z.uuid()).describe('Agents whose runs called this one in the ten minutes before.'),
    root_anomaly_id: z.uuid().nullable().describe('The open anomaly of the agent that is behind it.'),
    example_run_ids: z.array(z.uuid()),
    explanation: z.string(),
    feedback: Feedback.nullable(),
    note: z.string().nullable(),
    mute_until: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Anomaly' });
export type Anomaly = z.infer<typeof Anomaly>;

const SeriesPoint = z.object({ t: z.iso.datetime(), value: z.number().nullable() });

export const AnomalyDetail = Anomaly.extend({
  series: z
    .array(SeriesPoint)
    .describe('What was measured, by minute, from half an hour before it began; empty where nothing is.'),
}).meta({ id: 'AnomalyDetail' });
export type AnomalyDetail = z.infer<typeof AnomalyDetail>;

export const AnomalyQuery = CursorQuery.extend({
  agent_id: z.uuid().optional(),
  detector: Detector.optional(),
  severity: Severity.optional(),
  state: z.enum(['active', 'closed']).optional().describe('`active`: whatever is not closed.'),
});
export type AnomalyQuery = z.infer<typeof AnomalyQuery>;

export const AnomalyUpdate = z
  .object({
    state: z.enum(['acknowledged', 'closed']),
    feedback: Feedback.nullable(),
    mute_until: z.iso
      .datetime({ offset: true })
      .nullable()
      .describe('With it the detector is quiet on this agent until then.'),
    note: z.string().max(2000).nullable(),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Nothing to change.')
  .meta({ id: 'AnomalyUpdate' });
export type AnomalyUpdate = z.infer<typeof AnomalyUpdate>;
