import { z } from 'zod';
import { Flag, Instant } from '#server/platform/http/fields.schema.ts';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

const count = z.int().nonnegative();
const Verdict = z.enum(['allow', 'warn', 'require_approval', 'block']);

const Tally = z.object({
  block: count,
  approve: count,
  warn: count,
  undecidable: count.describe(
    'What the rule reads was redacted, not kept, or is not recorded. Never counted as passed.',
  ),
});

export const BacktestReport = z
  .object({
    runs: count,
    calls: count,
    would_block: count,
    would_approve: count,
    would_warn: count,
    undecidable: count,
    flips: count.describe('Calls of which the policy, beside all others, says something else than was decided then.'),
    flips_to: z.object({ allow: count, warn: count, approve: count, block: count }),
    runs_hit: count.describe('Runs with a call that would have been blocked or asked about.'),
    runs_hit_succeeded: count.describe('Those of them that had succeeded: is the policy too strict?'),
    per_rule: z.array(
      Tally.extend({
        rule: z.string().describe('`policy@version:rule`; version 0 is the draft.'),
        kind: z.string(),
        line: z.int(),
        runs: count,
        runs_succeeded: count,
      }),
    ),
    per_agent: z.array(
      Tally.extend({
        agent_id: z.uuid(),
        agent_name: z.string().nullable(),
        agent_slug: z.string().nullable(),
        calls: count,
        flips: count,
      }),
    ),
  })
  .meta({ id: 'BacktestReport' });
export type BacktestReport = z.infer<typeof BacktestReport>;

export const BacktestRow = z
  .object({
    run_id: z.uuid(),
    agent_id: z.uuid().nullable(),
    seq: z.int().describe('Of the step; -1 for a run itself and its end.'),
    key: z.string(),
    kind: z.enum(['tool', 'model', 'output', 'task_end', 'run']),
    name: z.string(),
    at: z.iso.datetime(),
    verdict: z.enum([...Verdict.options, 'undecidable']).describe('What the policy says by itself.'),
    rule: z.string().nullable(),
    code: z.string().nullable(),
    failed: z.array(
      z.object({ path: z.string(), op: z.string(), expected: z.unknown(), actual: z.unknown().optional() }),
    ),
    was: Verdict.describe('What was decided then, in effect.'),
    is_flip: z.boolean(),
    run_status: z.string(),
  })
  .meta({ id: 'BacktestRow' });
export type BacktestRow = z.infer<typeof BacktestRow>;

export const Backtest = z
  .object({
    id: z.uuid(),
    job_id: z.uuid().nullable(),
    policy_id: z.uuid().nullable(),
    policy_version: z.int().nullable().describe('Null for a draft.'),
    policy_name: z.string(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    agents: z.array(z.uuid()).nullable().describe('Null: all that the policy is about.'),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']),
    progress: z.object({ done: count, total: count.nullable() }).describe('Calls.'),
    report: BacktestReport.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    created_by: z.object({ kind: z.string(), id: z.string() }),
    created_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Backtest' });
export type Backtest = z.infer<typeof Backtest>;

const MAX_DAYS = 31;
const DAY_MS = 86_400_000;

export const BacktestCreate = z
  .object({
    source: z.string().min(1).max(262_144).optional().describe('A draft.'),
    policy_id: z.uuid().optional().describe('Instead of a draft: a saved policy, with `version`.'),
    version: z.int().min(1).optional(),
    from: Instant.describe('Runs that began then or later.'),
    to: Instant.describe('Runs that began before.'),
    agents: z.array(z.uuid()).max(1_000).optional().describe('Of those that the policy is about, these only.'),
  })
  .refine(
    ({ source, policy_id, version }) => (source === undefined) === (policy_id !== undefined && version !== undefined),
    {
      message: 'Send either source, or policy_id and version.',
    },
  )
  .refine(({ from, to }) => from < to && Date.parse(to) - Date.parse(from) <= MAX_DAYS * DAY_MS, {
    message: `from must be before to, at most ${MAX_DAYS} days.`,
    path: ['from'],
  })
  .meta({ id: 'BacktestCreate' });
export type BacktestCreate = z.infer<typeof BacktestCreate>;

export const BacktestQuery = CursorQuery.extend({ policy_id: z.uuid().optional() });
export type BacktestQuery = z.infer<typeof BacktestQuery>;

export const BacktestRowQuery = CursorQuery.extend({
  verdict: BacktestRow.shape.verdict.optional(),
  flips: Flag.optional().describe('Only those with another outcome than then, or only the others.'),
  succeeded: Flag.optional().describe('Only rows of runs that had succeeded, or only the others.'),
});
export type BacktestRowQuery = z.infer<typeof BacktestRowQuery>;
