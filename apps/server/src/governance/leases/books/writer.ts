import { type Context, inTransaction, systemContext, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { budgetWarned } from '../leases.events.ts';
import type { Books, Outcome } from './books.rules.ts';
import { openBooks, saveBooks, type Wanted } from './books.store.ts';

/** One operation on leases: what it needs, and what it does with the books open. */
export interface LeaseWork extends Wanted {
  work: (books: Books, tx: TxContext) => Outcome | Promise<Outcome>;
}

/** Operations of one transaction at most: it holds its locks until the last of them is written. */
const MAX_BATCH = 200;

/** Does operations in one transaction; nothing of it is acknowledged before the commit. */
export function writeLeases(ctx: Context, works: readonly LeaseWork[]): Promise<Outcome[]> {
  return inTransaction(systemContext(ctx, ctx.orgId), async (tx) => {
    const scopes = works.flatMap((work) => work.scopes);
    const books = await openBooks(tx, { scopes, leaseIds: works.flatMap(({ leaseIds }) => leaseIds) });
    const outcomes: Outcome[] = [];
    for (const { work } of works) outcomes.push(await work(books, tx));
    if (isTouched(books)) await saveBooks(tx, books);
    await warn(tx, books);
    return outcomes;
  });
}

const isTouched = ({ made, changed, removed }: Books): boolean => made.size + changed.size + removed.size > 0;

async function warn(tx: TxContext, { warnings, scopes }: Books): Promise<void> {
  for (const agentId of new Set(warnings.map((warning) => warning.agentId))) {
    const warned = warnings.flatMap((warning) => {
      const scope = warning.agentId === agentId ? scopes.get(warning.key) : undefined;
      return scope ? { key: scope.key, cap: scope.cap + scope.lifted, committed: scope.committed } : [];
    });
    await publish(tx, budgetWarned, { subjectId: agentId, data: { agent_id: agentId, scopes: warned } });
  }
}

export type LeaseWriter = (ctx: Context, work: LeaseWork) => Promise<Outcome>;

interface Waiting {
  work: LeaseWork;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/**
 * Writes the operations of an organization one transaction after the other, all that came meanwhile in the next one:
 * they want the same rows, and would only wait for each other's locks and commits.
 */
export function createLeaseWriter(): LeaseWriter {
  const queues = new Map<string, Waiting[]>();
  const writeOne = async (ctx: Context, { work, resolve, reject }: Waiting): Promise<void> => {
    await writeLeases(ctx, [work]).then(([outcome]) => outcome && resolve(outcome), reject);
  };
  const writeBatch = async (ctx: Context, batch: readonly Waiting[]): Promise<void> => {
    try {
      const outcomes = await writeLeases(
        ctx,
        batch.map(({ work }) => work),
      );
      for (const [i, outcome] of outcomes.entries()) batch[i]?.resolve(outcome);
    } catch {
      // One of them failed all: each for itself, so that only that one fails.
      for (const waiting of batch) await writeOne(ctx, waiting);
    }
  };
  const drain = async (ctx: Context, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) await writeBatch(ctx, queue.splice(0, MAX_BATCH));
    queues.delete(ctx.orgId);
  };
  return (ctx, work) =>
    new Promise((resolve, reject) => {
      const queue = queues.get(ctx.orgId);
      if (queue) {
        queue.push({ work, resolve, reject });
        return;
      }
      const begun: Waiting[] = [{ work, resolve, reject }];
      queues.set(ctx.orgId, begun);
      void drain(ctx, begun);
    });
}
