import { Problem } from '#server/platform/problem.ts';
import type {
  AgentPost,
  BoardOnboardingAgentComplete,
  BoardOnboardingAnswer,
  BoardOnboardingConfirm,
  BoardOnboardingDraft,
  BoardOnboardingRead,
  OnboardingMessage,
} from './onboarding.schema.ts';

/** An agent that has not answered for this long is silent. */
const SILENT_MS = 120_000;
/** A dispatch that takes longer than this has died with its process. */
const SENDING_MS = 30_000;
const MAX_MESSAGES = 1_000;

const ageOf = ({ updated_at }: BoardOnboardingRead, now: Date) => now.getTime() - Date.parse(updated_at);

/** A session as people see it: one whose agent has been silent too long has failed. */
export function toShown(session: BoardOnboardingRead, now: Date): BoardOnboardingRead {
  if (session.dispatch_state !== 'waiting_agent' || ageOf(session, now) <= SILENT_MS) return session;
  const message = 'The agent has not answered for two minutes. Send it again, or fill in the goal yourself.';
  const last_error = { code: 'onboarding.agent_silent', message, at: session.updated_at };
  return { ...session, dispatch_state: 'failed', last_error };
}

/** Whether starting again sends what the person said last: it is the agent's turn, and nobody is just sending it. */
export function isAgentsTurn(session: BoardOnboardingRead, now: Date): boolean {
  const isBeingSent = session.dispatch_state === 'sending' && ageOf(session, now) < SENDING_MS;
  return session.messages.at(-1)?.role === 'user' && !isBeingSent;
}

/** The answer as it is kept and sent. */
export const toAnswerText = ({ answer, other_text }: BoardOnboardingAnswer): string =>
  other_text === null ? answer : `${answer}: ${other_text}`;

/** Adds a message. Throws `request.invalid` when a conversation has become endless. */
export function withMessage(session: BoardOnboardingRead, message: OnboardingMessage): OnboardingMessage[] {
  if (session.messages.length >= MAX_MESSAGES)
    throw new Problem('request.invalid', 422, `An onboarding has at most ${MAX_MESSAGES} messages.`);
  return [...session.messages, message];
}

export const isComplete = (post: AgentPost): post is BoardOnboardingAgentComplete => 'status' in post;

/** What of a complete post is kept. */
export function toDraft({ lead_agent, ...post }: BoardOnboardingAgentComplete): BoardOnboardingDraft {
  const profile = lead_agent && toTexts(lead_agent.identity_profile ?? {});
  return { ...post, lead_agent: lead_agent && { ...lead_agent, identity_profile: profile } };
}

/** The draft as the person confirms it: the goal as given, profile and lead as the draft says unless they were edited. */
export function toConfirmed(draft: BoardOnboardingDraft | null, confirm: BoardOnboardingConfirm): BoardOnboardingDraft {
  const { user_profile = draft?.user_profile ?? null, lead_agent = draft?.lead_agent ?? null, ...goal } = confirm;
  return toDraft({ status: 'complete', ...goal, user_profile, lead_agent });
}

/** Values as trimmed text; lists joined, nothing for what is empty. */
function toTexts(values: Record<string, unknown>): Record<string, string> | null {
  const texts = Object.entries(values).map(([key, value]) => [key, toText(value)] as const);
  const filled = texts.filter(([, text]) => text !== '');
  return filled.length > 0 ? Object.fromEntries(filled) : null;
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(toText).filter(Boolean).join(', ');
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim();
}

const FULLY = new Set(['autonomous', 'fully-autonomous', 'full-autonomy']);

function isFullyAutonomous(text: string | null | undefined): boolean {
  const said = (text ?? '')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  return FULLY.has(said) || (said.includes('autonom') && said.includes('fully'));
}

/** Whether people approve that a task is done: unless the draft's lead is to be fully autonomous. */
export function needsApproval(draft: BoardOnboardingDraft | null): boolean {
  const { autonomy_level, identity_profile } = draft?.lead_agent ?? {};
  const profile = identity_profile ?? {};
  return ![autonomy_level, profile.autonomy_level, profile.autonomy, profile.mode].some(isFullyAutonomous);
}

/** What the lead is made with: its name and its profile, with the draft's choices in it. */
export function toLeadOptions(draft: BoardOnboardingDraft | null): {
  name?: string;
  identity_profile?: Record<string, string>;
} {
  const lead = draft?.lead_agent;
  if (!lead) return {};
  const { name, identity_profile, ...choices } = lead;
  const chosen = Object.entries(choices).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  const profile = { ...identity_profile, ...Object.fromEntries(chosen) };
  return {
    ...(name === null ? {} : { name }),
    ...(Object.keys(profile).length > 0 ? { identity_profile: profile } : {}),
  };
}
