import { type ApprovalRead, findWaitingProcess } from '#server/governance/index.ts';
import type { Reaction, TxContext } from '#server/platform/context.ts';
import type { Fact } from '#server/platform/events/fact.ts';
import { commandProducer } from '../commands/commands.service.ts';

/** As long as a grant holds. */
const TTL_S = 900;

/** Tells the process whose call waits for people that they have decided; it asks what, and so does one that missed it. */
async function tellProcess(tx: TxContext, { data }: Fact<unknown>): Promise<void> {
  const { approval } = data as { approval: ApprovalRead }; // as the facts below carry it
  const producerId = approval.kind === 'policy' ? await findWaitingProcess(tx, approval.id) : undefined;
  if (!producerId) return;
  const body = { approval_id: approval.id, resolution: approval.resolution };
  await commandProducer(tx, producerId, { type: 'grant', body, ttlS: TTL_S });
}

export const grantReactions: Reaction[] = ['approval.resolved', 'approval.expired'].map((to) => ({
  to,
  within: tellProcess,
}));
