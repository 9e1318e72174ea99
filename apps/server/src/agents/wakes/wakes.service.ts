import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { sendMessages } from '../messages/messages.service.ts';
import { agentOffline } from '../registry/agents.events.ts';
import { publishAgents } from '../registry/publish-agents.ts';
import {
  lockSilentAgents,
  type SilentAgent,
  saveNoCheckIn,
  saveNotWoken,
  saveWakeAsked,
  saveWakesForgotten,
  saveWoken,
} from './wakes.store.ts';

/** An agent that was woken shows a sign of life within this time. */
const ANSWER_MS = 30_000;
const MAX_WAKES = 3;

/** Sends an agent the message that wakes it, in the caller's transaction; undefined when it has no session. */
export async function requestWake(tx: TxContext, agentId: string): Promise<string | undefined> {
  await saveWakesForgotten(tx, agentId);
  return sendWake(tx, agentId);
}

async function sendWake(tx: TxContext, agentId: string): Promise<string | undefined> {
  const message = { agentId, kind: 'agent.wake', data: {}, events: { sent: 'agent.wakeup.sent' } } as const;
  const [job] = await sendMessages(tx, [message]);
  return job;
}

/** The message did not go out. */
export const forgetWoken = saveNotWoken;

/** The message goes out: from now on the agent's answer is awaited. */
export const noteWoken = (tx: TxContext, agentId: string): Promise<void> =>
  saveWoken(tx, agentId, new Date(tx.now().getTime() + ANSWER_MS));

/** Wakes agents again that did not answer; after the third time they are shown offline. */
export function watchWakes(platform: Platform): Promise<void> {
  return inTransaction(systemContext(platform, ''), async (tx) => {
    const silent = await lockSilentAgents(tx);
    const given = silent.filter(({ wake_attempts }) => wake_attempts >= MAX_WAKES);
    await saveNoCheckIn(tx, idsOf(given));
    await publishAgents(tx, agentOffline, given);
    const others = silent.filter(({ wake_attempts }) => wake_attempts < MAX_WAKES);
    await saveWakeAsked(tx, idsOf(others));
    for (const { org_id, id } of others) await sendWake({ ...tx, orgId: org_id }, id);
  });
}

const idsOf = (agents: SilentAgent[]): string[] => agents.map(({ id }) => id);
