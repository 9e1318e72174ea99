import { z } from 'zod';
import { JsonMap, LastError } from '#server/platform/http/fields.schema.ts';
import { Goal } from '../boards/boards.schema.ts';

/** Text that may be left out: trimmed, blank is none. */
const optionalText = (max = 20_000) =>
  z
    .string()
    .max(max)
    .nullable()
    .default(null)
    .transform((text) => text?.trim() || null);

const BoardType = z.string().trim().min(1).max(200).describe('`goal` needs an objective and success_metrics.');
const goal = {
  board_type: BoardType,
  objective: Goal.shape.objective.default(null),
  success_metrics: Goal.shape.success_metrics.default(null),
  target_date: Goal.shape.target_date.default(null),
};

const Autonomy = z.enum(['ask_first', 'balanced', 'autonomous']).meta({ id: 'LeadAgentAutonomyLevel' });
const Verbosity = z.enum(['concise', 'balanced', 'detailed']).meta({ id: 'LeadAgentVerbosity' });
const OutputFormat = z.enum(['bullets', 'mixed', 'narrative']).meta({ id: 'LeadAgentOutputFormat' });
const Cadence = z.enum(['asap', 'hourly', 'daily', 'weekly']).meta({ id: 'LeadAgentUpdateCadence' });

/** What the board's lead is to be like. */
export const BoardOnboardingLeadAgentDraft = z
  .object({
    name: z.string().trim().min(1).max(200).nullable().default(null),
    identity_profile: JsonMap.nullable().default(null).describe('Values become text.'),
    autonomy_level: Autonomy.nullable().default(null),
    verbosity: Verbosity.nullable().default(null),
    output_format: OutputFormat.nullable().default(null),
    update_cadence: Cadence.nullable().default(null),
    custom_instructions: optionalText(),
  })
  .meta({ id: 'BoardOnboardingLeadAgentDraft' });

/** What the agent learned of the person. */
export const BoardOnboardingUserProfile = z
  .object({
    preferred_name: optionalText(200),
    pronouns: optionalText(200),
    timezone: optionalText(200),
    notes: optionalText(10_000),
    context: optionalText(10_000),
  })
  .meta({ id: 'BoardOnboardingUserProfile' });

export const BoardOnboardingAgentComplete = z
  .object({
    status: z.literal('complete'),
    ...goal,
    user_profile: BoardOnboardingUserProfile.nullable().default(null),
    lead_agent: BoardOnboardingLeadAgentDraft.nullable().default(null),
  })
  .meta({ id: 'BoardOnboardingAgentComplete' });
export type BoardOnboardingAgentComplete = z.infer<typeof BoardOnboardingAgentComplete>;

const Option = z
  .object({ id: z.string().trim().min(1).max(200), label: z.string().trim().min(1).max(2000) })
  .meta({ id: 'BoardOnboardingQuestionOption' });

export const BoardOnboardingAgentQuestion = z
  .object({ question: z.string().trim().min(1).max(20_000), options: z.array(Option).min(1).max(100) })
  .meta({ id: 'BoardOnboardingAgentQuestion' });
export type BoardOnboardingAgentQuestion = z.infer<typeof BoardOnboardingAgentQuestion>;

/** What the main agent posts: the outcome, or its next question. */
export const AgentPost = z.union([BoardOnboardingAgentComplete, BoardOnboardingAgentQuestion]);
export type AgentPost = z.infer<typeof AgentPost>;

export const BoardOnboardingStart = z.object({}).meta({ id: 'BoardOnboardingStart' });

export const BoardOnboardingAnswer = z
  .object({ answer: z.string().trim().min(1).max(20_000), other_text: optionalText() })
  .meta({ id: 'BoardOnboardingAnswer' });
export type BoardOnboardingAnswer = z.infer<typeof BoardOnboardingAnswer>;

export const BoardOnboardingConfirm = z
  .object({
    ...goal,
    user_profile: BoardOnboardingUserProfile.optional().describe(
      'As the person edited it; what the draft says when left out.',
    ),
    lead_agent: BoardOnboardingLeadAgentDraft.optional().describe(
      'As the person edited it; what the draft says when left out.',
    ),
  })
  .meta({ id: 'BoardOnboardingConfirm' });
export type BoardOnboardingConfirm = z.infer<typeof BoardOnboardingConfirm>;

/** The draft as it is shown: what the agent posted, cleaned. */
const Draft = z
  .object({
    status: z.literal('complete'),
    board_type: z.string(),
    objective: z.string().nullable(),
    success_metrics: z.record(z.string(), z.unknown()).nullable(),
    target_date: z.iso.datetime().nullable(),
    user_profile: z
      .object({
        preferred_name: z.string().nullable(),
        pronouns: z.string().nullable(),
        timezone: z.string().nullable(),
        notes: z.string().nullable(),
        context: z.string().nullable(),
      })
      .nullable(),
    lead_agent: z
      .object({
        name: z.string().nullable(),
        identity_profile: z.record(z.string(), z.string()).nullable(),
        autonomy_level: Autonomy.nullable(),
        verbosity: Verbosity.nullable(),
        output_format: OutputFormat.nullable(),
        update_cadence: Cadence.nullable(),
        custom_instructions: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'BoardOnboardingDraft' });
export type BoardOnboardingDraft = z.infer<typeof Draft>;

export const OnboardingMessage = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.string().describe("The assistant's is the JSON text of what the agent posted."),
  timestamp: z.iso.datetime(),
});
export type OnboardingMessage = z.infer<typeof OnboardingMessage>;

export const BoardOnboardingRead = z
  .object({
    id: z.uuid(),
    board_id: z.uuid(),
    session_key: z.string().describe('The session of the main agent that asks.'),
    status: z.enum(['active', 'completed', 'confirmed']),
    messages: z.array(OnboardingMessage),
    draft_goal: Draft.nullable(),
    dispatch_state: z.enum(['idle', 'sending', 'waiting_agent', 'failed']),
    last_error: LastError.nullable(),
    next_retry_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'BoardOnboardingRead' });
export type BoardOnboardingRead = z.infer<typeof BoardOnboardingRead>;
