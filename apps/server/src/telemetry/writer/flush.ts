import type { CountedAgent } from '#server/governance/index.ts';
import type { Platform } from '#server/platform/context.ts';
import type { Connection } from '#server/platform/postgres/connection.ts';
import type { CommittedAnswer, PreparedBatch } from './batch.ts';
import { claimBatches, saveDrafts } from './flush.store.ts';

/**
 * Commits batches in one transaction, each once: a batch that is in already is left out and gets the answer it got then.
 * Answers are in the order of the batches; `counted` are the agents of which breakers counted something. Throws when the transaction fails; then nothing of it is stored.
 */
export function flushBatches(
  platform: Platform,
  connection: Connection,
  batches: readonly PreparedBatch[],
): Promise<{ answers: CommittedAnswer[]; counted: CountedAgent[] }> {
  return connection.inTransaction(async (db, client) => {
    const answers = await claimBatches(client, batches);
    const claimed = batches.filter((_, index) => answers[index]?.duplicate === false);
    const counted = claimed.length > 0 ? await saveDrafts({ ...platform, db }, client, claimed) : [];
    return { answers, counted };
  });
}
