import { gatewayWait } from '#server/gateways/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { enqueueWork, releaseWork } from '#server/platform/jobs/work/enqueue.ts';
import type { FailedNotice, SentNotice } from './messages.events.ts';
import { isHeldByPause, type MessageOf } from './messages.rules.ts';
import { findRecipients, listBoardRecipients, type Recipient } from './messages.store.ts';
import { renderMessage } from './render.rules.ts';

/** The facts to publish when a message was sent, or given up. */
export interface NoticeEvents {
  sent: SentNotice;
  failed?: FailedNotice;
}

export type NewMessage = MessageOf & {
  /** The agent it goes to. One that has no session on its gateway is left out. */
  agentId: string;
  /** Whether the agent must run at once (`deliver` of the gateway). */
  deliver?: boolean;
  taskId?: string;
  events?: NoticeEvents;
  /** Why it wakes the assignee of the task: said by `task.assignee_woken` or `task.assignee_wake_failed`, too. */
  wakes?: 'assignment' | 'status_in_progress';
};

export const SEND_MESSAGE = 'gateway.send';

/** The queue of an agent's messages: they are sent one at a time and in order. */
export const messageQueueOf = ({ id, openclaw_session_id }: Pick<Recipient, 'id' | 'openclaw_session_id'>) =>
  openclaw_session_id ? `session:${openclaw_session_id}` : `agent:${id}`;

type Place = Pick<Recipient, 'id' | 'gateway_id' | 'control_state'>;

const pauseOf = (agentId: string): string => `pause:${agentId}`;

/**
 * What a message waits for once its board runs: the agent's own pause, its gateway while that is away, or its process.
 */
async function toWait(tx: TxContext, to: Place, isHeldByPause: boolean): Promise<string | undefined> {
  if (to.gateway_id === null) return `agent:${to.id}`;
  if (isHeldByPause && to.control_state === 'paused') return pauseOf(to.id);
  return gatewayWait(tx, to.gateway_id);
}

/** Lets go, in order, what an agent's own pause held; it is active again in the caller's transaction. */
export async function releaseAgentMessages(
  tx: TxContext,
  { id, gateway_id }: Omit<Place, 'control_state'>,
): Promise<void> {
  const next = await toWait(tx, { id, gateway_id, control_state: 'active' }, false);
  await releaseWork(tx, pauseOf(id), next);
}

/**
 * Puts messages to agents into the outbox, in the caller's transaction: stored rows, sent in order per session, at least
 * once, after the commit. Until a gateway is connected they wait for it, visibly. Returns the ids of the jobs.
 */
export async function sendMessages(tx: TxContext, messages: NewMessage[]): Promise<string[]> {
  const recipients = new Map(
    (await findRecipients(tx, [...new Set(messages.map(({ agentId }) => agentId))])).map((row) => [row.id, row]),
  );
  const jobs: string[] = [];
  for (const message of messages) {
    const to = recipients.get(message.agentId);
    if (to && (to.kind === 'external' || to.openclaw_session_id)) jobs.push(await enqueueMessage(tx, to, message));
  }
  return jobs;
}

async function enqueueMessage(tx: TxContext, to: Recipient, message: NewMessage): Promise<string> {
  const board = to.board_id === null ? null : { id: to.board_id, name: to.board_name ?? '' };
  const isHeld = isHeldByPause(message.kind);
  const waitsFor = isHeld && to.paused_at !== null ? `board:${to.board_id}` : await toWait(tx, to, isHeld);
  return enqueueWork(tx, {
    kind: SEND_MESSAGE,
    subject: { kind: 'agent', id: to.id },
    boardId: to.board_id,
    queue: messageQueueOf(to),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    payload: {
      agent_id: to.id,
      session_key: to.openclaw_session_id,
      kind: message.kind,
      board,
      data: message.data,
      text: renderMessage(message, { board, baseUrl: tx.config.baseUrl }),
      deliver: message.deliver ?? false,
      task_id: message.taskId ?? null,
      events: message.events ?? null,
      wakes: message.wakes ?? null,
    },
  });
}

/** Lets go what a paused board held, in order; the board runs again in the caller's transaction. */
export async function releaseHeldMessages(tx: TxContext, boardId: string): Promise<void> {
  for (const agent of await listBoardRecipients(tx, boardId))
    await releaseWork(tx, `board:${boardId}`, await toWait(tx, agent, true), { kind: 'agent', id: agent.id });
}
