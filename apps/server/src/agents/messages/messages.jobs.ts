import { z } from 'zod';
import { gatewayWait, sendNow } from '#server/gateways/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import type { WorkJob, WorkKind } from '#server/platform/jobs/work/work.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { isMissing } from '../remote/refusals.ts';
import { forgetWoken, noteWoken } from '../wakes/wakes.service.ts';
import { NOTICES } from './messages.events.ts';
import { findStanding } from './messages.store.ts';

const Payload = z.object({
  agent_id: z.uuid(),
  session_key: z.string().nullable(),
  kind: z.string(),
  text: z.string(),
  deliver: z.boolean(),
  task_id: z.uuid().nullable(),
  events: z.object({ sent: z.string(), failed: z.string().optional() }).nullable(),
  wakes: z.string().nullable(),
});
type Payload = z.infer<typeof Payload>;

/** A gateway that is away this long uses up the tries of what waits for it. */
const MAX_WAIT_MS = 24 * 3_600_000;

/** Sends one message into its agent's session; the gateway takes each job once, by its id. */
export const sendMessage: WorkKind = {
  async run(ctx, job) {
    const message = Payload.parse(job.payload);
    await (message.kind === 'agent.wake' ? wake : deliver)(ctx, job, message);
    const { events, wakes } = message;
    await inTransaction(ctx, (tx) => publishNotices(tx, job, [events?.sent, wakes && 'task.assignee_woken'], null));
  },
  async waitsFor(tx, job, { code }) {
    const age = tx.now().getTime() - new Date(job.created_at).getTime();
    if (code !== 'gateway.unreachable' || age > MAX_WAIT_MS) return undefined;
    const { agent } = await findStanding(tx, Payload.parse(job.payload).agent_id, null);
    return agent?.gateway_id ? gatewayWait(tx, agent.gateway_id) : undefined;
  },
  async whenGivenUp(tx, job, error) {
    const { events, wakes } = Payload.parse(job.payload);
    await publishNotices(tx, job, [events?.failed, wakes && 'task.assignee_wake_failed'], error);
  },
};

/** The answer is awaited before the message goes: it may come before the gateway has said that it took it. */
async function wake(ctx: Context, job: WorkJob, message: Payload): Promise<void> {
  await inTransaction(ctx, (tx) => noteWoken(tx, message.agent_id));
  try {
    await deliver(ctx, job, message);
  } catch (error) {
    await inTransaction(ctx, (tx) => forgetWoken(tx, message.agent_id));
    throw error;
  }
}

async function deliver(ctx: Context, job: WorkJob, message: Payload): Promise<void> {
  const { agent } = await findStanding(ctx, message.agent_id, null);
  if (!agent) throw notFound('agent', message.agent_id);
  if (agent.gateway_id === null || message.session_key === null)
    throw new Problem('agent.session_missing', 422, 'This agent has no session on a gateway.');
  const { session_key: sessionKey, text, deliver: isUrgent } = message;
  try {
    await sendNow(ctx, { gatewayId: agent.gateway_id, sessionKey, text, deliver: isUrgent, idempotencyKey: job.id });
  } catch (error) {
    throw toDeliveryProblem(error);
  }
}

/** Whatever the gateway says, it may take the message another time: giving up is a matter of tries. */
function toDeliveryProblem(error: unknown): unknown {
  if (isMissing(error))
    return new Problem('agent.not_provisioned', 502, 'The agent does not stand on its gateway yet.');
  if (!(error instanceof Problem) || error.status !== 502) return error;
  return new Problem(error.code, 502, error.message, { isRetryable: true });
}

/** Puts on record what became of a message, under the names that its sender chose. */
async function publishNotices(
  tx: TxContext,
  job: WorkJob,
  types: (string | null | undefined)[],
  error: { code: string; message: string } | null,
): Promise<void> {
  const { kind, agent_id, task_id, wakes } = Payload.parse(job.payload);
  const { agent, task } = await findStanding(tx, agent_id, task_id);
  const data = {
    ...{ kind, reason: wakes, error },
    ...{ agent_id: agent?.id ?? null, agent_name: agent?.name ?? null, task_id: task?.id ?? null },
  };
  for (const type of types) {
    const event = type ? NOTICES.get(type) : undefined;
    if (event) await publish(tx, event, { subjectId: job.id, boardId: agent?.board_id ?? null, data });
  }
}
