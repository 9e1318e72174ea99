import { type MessageOf, renderMessage, toFenced, toLine } from '#server/agents/index.ts';
import { sendNow } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { BoardRead } from '../boards/boards.schema.ts';
import type { MainSession } from './onboarding.store.ts';

const INSTRUCTIONS = `A person wants to set up this board with you. Find out what it is for, who they are, and what its lead agent is to be like.
Ask 6 to 10 questions, one per message, each with options, and close with an open one. Ask by posting
{"question": "...", "options": [{"id": "1", "label": "..."}]}
and wait: each answer comes to you as a message. Cover the goal, how success is measured, a date if there is one, how they want to be called, their time zone, and for the lead its name, autonomy (ask_first, balanced, autonomous), verbosity (concise, balanced, detailed), output format (bullets, mixed, narrative), update cadence (asap, hourly, daily, weekly) and special instructions.
When you know enough, post once
{"status": "complete", "board_type": "goal", "objective": "...", "success_metrics": {"metric": "target"}, "target_date": null, "user_profile": {"preferred_name": null, "pronouns": null, "timezone": null, "notes": null, "context": null}, "lead_agent": {"name": "...", "identity_profile": {}, "autonomy_level": "balanced", "verbosity": "concise", "output_format": "bullets", "update_cadence": "daily", "custom_instructions": null}}
with board_type "general" when there is no goal to measure. Do not answer in chat: only what you post reaches the person.`;

/** The whole message that opens an onboarding. */
export const toStartMessage = (ctx: Context, { id, name, description }: BoardRead): string =>
  render(ctx, {
    kind: 'onboarding.start',
    data: { board: { id, name }, text: `${INSTRUCTIONS}\n${toFenced('Description of the board', description)}` },
  });

/** An answer of the person as the main agent reads it; `onboarding.resume` when it is sent again. */
export const toAnswerMessage = (
  ctx: Context,
  { id, name }: BoardRead,
  { kind, text }: { kind: 'onboarding.answer' | 'onboarding.resume'; text: string },
): string => render(ctx, { kind, data: { board: { id, name: toLine(name) }, text: toFenced('Answer', text) } });

const render = ({ config }: Context, message: MessageOf): string =>
  renderMessage(message, { board: null, baseUrl: config.baseUrl });

/** Sends to the main agent now. Throws the 502 codes of gateways. */
export const sendToMain = (ctx: Context, { gateway_id, session_key }: MainSession, text: string): Promise<void> =>
  sendNow(ctx, { gatewayId: gateway_id, sessionKey: session_key, text, deliver: false, idempotencyKey: newId() });
