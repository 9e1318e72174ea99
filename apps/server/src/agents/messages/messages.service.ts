import type { TxContext } from '#server/platform/context.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { isHeldByPause, type MessageKind } from './messages.rules.ts';
import { findRecipients, type Recipient } from './messages.store.ts';

export interface NewMessage {
  /** The agent it goes to. One that has no session on its gateway is left out. */
  agentId: string;
  kind: MessageKind;
  /** What the message says; text from outside is fenced when it is written. Never a credential. */
  data: Record<string, unknown>;
  /** Whether the agent must run at once (`deliver` of the gateway). */
  deliver?: boolean;
  taskId?: string;
  /** The facts to publish when it was sent, or given up. */
  events?: { sent: string; failed: string };
}

const queueOf = ({ id, openclaw_session_id }: Recipient) =>
  openclaw_session_id ? `session:${openclaw_session_id}` : `agent:${id}`;

/** What a message waits for before it can go: a board that runs again, then the agent's gateway or its process. */
export const placeOf = ({ id, gateway_id }: Pick<Recipient, 'id' | 'gateway_id'>) =>
  gateway_id ? `gateway:${gateway_id}` : `agent:${id}`;

/**
 * Puts messages to agents into the outbox, in the caller's transaction: stored rows, sent in order per session, at least
 * once, after the commit. Until a gateway is connected they wait for it, visibly.
 */
export async function sendMessages(tx: TxContext, messages: NewMessage[]): Promise<void> {
  const recipients = new Map(
    (await findRecipients(tx, [...new Set(messages.map(({ agentId }) => agentId))])).map((row) => [row.id, row]),
  );
  for (const message of messages) {
    const to = recipients.get(message.agentId);
    if (!to || (to.kind !== 'external' && !to.openclaw_session_id)) continue;
    const isHeld = to.paused_at !== null && isHeldByPause(message.kind);
    await enqueueWork(tx, {
      kind: 'gateway.send',
      subject: { kind: 'agent', id: to.id },
      boardId: to.board_id,
      queue: queueOf(to),
      waitsFor: isHeld ? `board:${to.board_id}` : placeOf(to),
      payload: {
        agent_id: to.id,
        session_key: to.openclaw_session_id,
        kind: message.kind,
        board: to.board_id && { id: to.board_id, name: to.board_name },
        data: message.data,
        deliver: message.deliver ?? false,
        task_id: message.taskId ?? null,
        events: message.events ?? null,
      },
    });
  }
}
