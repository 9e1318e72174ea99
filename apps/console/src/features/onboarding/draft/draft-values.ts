import type { Board, Onboarding } from '#console/api/contract.ts';
import type { OnboardingConfirm } from '#console/api/queries/work/onboarding.ts';
import { type Pair, toMap, toPairs } from '#console/lib/form/pairs.ts';
import { toDayEnd, toLocalDay } from '#console/lib/format/days.ts';

type Draft = NonNullable<Onboarding['draft_goal']>;
type LeadInput = NonNullable<OnboardingConfirm['lead_agent']>;

export const PROFILE = ['preferred_name', 'pronouns', 'timezone', 'notes', 'context'] as const;

/** What a lead can be told to be like; blank leaves it to the lead. */
export const CHOICES = {
  autonomy_level: ['ask_first', 'balanced', 'autonomous'],
  verbosity: ['concise', 'balanced', 'detailed'],
  output_format: ['bullets', 'mixed', 'narrative'],
  update_cadence: ['asap', 'hourly', 'daily', 'weekly'],
} as const satisfies { [Name in keyof LeadInput]?: readonly LeadInput[Name][] };
export type ChoiceName = keyof typeof CHOICES;

/** What the form of a draft holds; empty texts stand for nothing. */
export interface DraftValues {
  isGoal: boolean;
  objective: string;
  metrics: Pair[];
  /** A day, `2026-03-19`. */
  targetDay: string;
  profile: Record<(typeof PROFILE)[number], string>;
  lead: Record<ChoiceName | 'name' | 'custom_instructions', string>;
}

/** The draft as a form; without one, what the board says of its goal already. */
export function toDraftValues(draft: Draft | null, board: Board): DraftValues {
  const goal = draft ?? board;
  const { user_profile, lead_agent } = draft ?? {};
  return {
    isGoal: goal.board_type === 'goal',
    objective: goal.objective ?? '',
    metrics: toPairs(goal.success_metrics),
    targetDay: toDay(goal.target_date),
    profile: {
      preferred_name: user_profile?.preferred_name ?? '',
      pronouns: user_profile?.pronouns ?? '',
      timezone: user_profile?.timezone ?? '',
      notes: user_profile?.notes ?? '',
      context: user_profile?.context ?? '',
    },
    lead: {
      name: lead_agent?.name ?? '',
      autonomy_level: lead_agent?.autonomy_level ?? '',
      verbosity: lead_agent?.verbosity ?? '',
      output_format: lead_agent?.output_format ?? '',
      update_cadence: lead_agent?.update_cadence ?? '',
      custom_instructions: lead_agent?.custom_instructions ?? '',
    },
  };
}

const toDay = (instant: string | null) => (instant === null ? '' : toLocalDay(new Date(instant)));

/** The end of the day; the draft's own instant when its day was not changed. */
function toTarget(day: string, drafted: string | null): string | null {
  if (day === '') return null;
  return day === toDay(drafted) ? drafted : toDayEnd(day);
}

const orNull = (text: string) => text.trim() || null;
const toChoice = <T extends string>(text: string, allowed: readonly T[]): T | null =>
  allowed.find((choice) => choice === text) ?? null;

/** What the server takes; the rest of the lead's profile stays as the agent drafted it. */
export function toConfirm(values: DraftValues, draft: Draft | null): OnboardingConfirm {
  const { profile, lead } = values;
  return {
    board_type: values.isGoal ? 'goal' : 'general',
    objective: orNull(values.objective),
    success_metrics: toMap(values.metrics),
    target_date: toTarget(values.targetDay, draft?.target_date ?? null),
    user_profile: {
      preferred_name: orNull(profile.preferred_name),
      pronouns: orNull(profile.pronouns),
      timezone: orNull(profile.timezone),
      notes: orNull(profile.notes),
      context: orNull(profile.context),
    },
    lead_agent: {
      name: orNull(lead.name),
      identity_profile: draft?.lead_agent?.identity_profile ?? null,
      autonomy_level: toChoice(lead.autonomy_level, CHOICES.autonomy_level),
      verbosity: toChoice(lead.verbosity, CHOICES.verbosity),
      output_format: toChoice(lead.output_format, CHOICES.output_format),
      update_cadence: toChoice(lead.update_cadence, CHOICES.update_cadence),
      custom_instructions: orNull(lead.custom_instructions),
    },
  };
}

/** What keeps a goal from being confirmed. */
export function findGap({ isGoal, objective, metrics }: DraftValues): string | undefined {
  if (!isGoal) return undefined;
  if (objective.trim() === '') return 'A board with a goal says what is to be reached.';
  if (toMap(metrics) === null) return 'A board with a goal has at least one measure of success.';
  return undefined;
}
