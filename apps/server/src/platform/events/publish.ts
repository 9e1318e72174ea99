import { sql } from 'kysely';
import type { z } from 'zod';
import type { TxContext } from '../context.ts';

/** A named fact with a typed payload, declared by the module that owns it. */
export interface EventType<S extends z.ZodType = z.ZodType> {
  /** `noun.past`. */
  type: string;
  /** The kind of row that `subject_id` names. */
  subject: string;
  schema: S;
  /** Live topics that carry it (`runs`, `run:<id>`); none when it is not streamed. */
  topics?: (subjectId: string, data: z.infer<S>) => string[];
}

export const defineEvent = <S extends z.ZodType>(event: EventType<S>): EventType<S> => event;

/** The NOTIFY channel that wakes the tails; it carries a hint, never data. */
export const EVENTS_CHANNEL = 'mc_events';

export interface Fact<T> {
  subjectId: string;
  boardId?: string | null;
  data: T;
}

/**
 * Appends facts in the caller's transaction and wakes listeners on commit. The audit trail, the activity feed, live
 * streams and webhooks all read these rows.
 */
export async function publishAll<S extends z.ZodType>(
  tx: TxContext,
  event: EventType<S>,
  facts: Fact<z.infer<S>>[],
): Promise<void> {
  if (facts.length === 0) return;
  await tx.db
    .insertInto('events')
    .values(
      facts.map((fact) => ({
        org_id: tx.orgId,
        board_id: fact.boardId ?? null,
        type: event.type,
        subject_kind: event.subject,
        subject_id: fact.subjectId,
        actor: JSON.stringify(tx.actor),
        data: JSON.stringify(fact.data),
        occurred_at: tx.now(),
      })),
    )
    .execute();
  await sql`select pg_notify(${EVENTS_CHANNEL}, '')`.execute(tx.db);
}

/** Appends one fact; see {@link publishAll}. */
export const publish = <S extends z.ZodType>(tx: TxContext, event: EventType<S>, fact: Fact<z.infer<S>>) =>
  publishAll(tx, event, [fact]);
