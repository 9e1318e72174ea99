import { sql } from 'kysely';
import type { z } from 'zod';
import type { Actor, TxContext } from '../context.ts';
import { newId } from '../ids.ts';
import { enqueueWork } from '../jobs/work/enqueue.ts';
import { sendAlong, whenKept } from '../postgres/statements/transact.ts';
import type { Fact } from './fact.ts';
import { notifyTails, wakeTails } from './wake.ts';

/** The line that a fact leaves in the readable history. */
export interface ActivityLine {
  /** For people; agent and foreign text is shown as text. */
  message: string | null;
  taskId?: string | null;
  /** Null for a line that outlives its board; the fact's board when left out. */
  boardId?: null;
  /** The agent that it is about; the acting agent when left out. */
  agentId?: string | null;
  /** What else the history keeps. */
  data?: Record<string, unknown>;
  /** How the history calls it, when clients of the work contract know it by another name than the fact has. */
  type?: string;
}

/** A history row as streams show it. */
export interface Activity {
  id: string;
  event_type: string;
  message: string | null;
  agent_id: string | null;
  task_id: string | null;
  created_at: string;
}

/** One fact as a stream renders it. */
export interface StreamFact<T> {
  type: string;
  subjectId: string;
  boardId: string | null;
  actor: Actor;
  data: T;
  /** Null for facts that leave no line. */
  activity: Activity | null;
}

/** What a live stream of the work half sends of a fact. */
export interface StreamMessage {
  /** The name of the event. */
  event: string;
  data: object;
  /** For whoever may read this board group, instead of the fact's board. */
  groupId?: string;
}

/** A named fact with a typed payload, declared by the module that owns it. */
export interface EventType<S extends z.ZodType = z.ZodType> {
  /** `noun.past`. */
  type: string;
  /** The kind of row that `subject_id` names. */
  subject: string;
  schema: S;
  /** Live topics of the fleet half that carry it (`runs`, `run:<id>`); none when it is not streamed. */
  topics?: (subjectId: string, data: z.infer<S>) => string[];
  /** By topic of the work half (`tasks`, `comments`, …): the message that its streams send; undefined sends none. */
  streams?: Record<string, (fact: StreamFact<z.infer<S>>) => StreamMessage | undefined>;
  /** The line in the readable history. */
  activity?: (data: z.infer<S>) => ActivityLine;
  /**
   * What the audit trail keeps as `details`, at most 8 KiB and without secrets; facts without it are not audited. Of it
   * `action` (the type when left out), `result`, `policy` and `agent_id` become fields of the entry; undefined leaves this
   * one fact out.
   */
  audit?: (data: z.infer<S>) => Record<string, unknown> | undefined;
}

export const defineEvent = <S extends z.ZodType>(event: EventType<S>): EventType<S> => event;

interface Line extends ActivityLine {
  id: string;
}

/**
 * Appends facts in the caller's transaction, with their lines of history, and wakes listeners on commit; reactions that
 * belong to the transaction run before it returns. The audit trail, live streams and webhooks all read these rows.
 */
export async function publishAll<S extends z.ZodType>(
  tx: TxContext,
  event: EventType<S>,
  facts: Fact<z.infer<S>>[],
): Promise<void> {
  if (facts.length === 0) return;
  await insertFacts(
    tx,
    event,
    facts.map((fact) => toRow(tx, event, fact)),
  );
  for (const fact of facts) await react(tx, event.type, fact);
}

/** Appends one fact; see {@link publishAll}. */
export const publish = <S extends z.ZodType>(tx: TxContext, event: EventType<S>, fact: Fact<z.infer<S>>) =>
  publishAll(tx, event, [fact]);

/** A fact with its line as one statement takes them. */
interface Row {
  subject_id: string;
  board_id: string | null;
  data: unknown;
  activity: Activity | null;
  line_board_id: string | null;
  line_data: unknown;
}

function toRow<S extends z.ZodType>(tx: TxContext, event: EventType<S>, fact: Fact<z.infer<S>>): Row {
  const { subjectId, boardId = null, data } = fact;
  const line = event.activity?.(data);
  return {
    subject_id: subjectId,
    board_id: boardId,
    data,
    activity: line ? toActivity(tx, event.type, { id: fact.activityId ?? newId(tx.now()), ...line }) : null,
    line_board_id: line?.boardId === null ? null : boardId,
    line_data: line?.data ?? null,
  };
}

const agentOf = ({ actor }: TxContext, { agentId }: Line): string | null =>
  agentId ?? (actor.kind === 'agent' ? actor.id : null);

const toActivity = (tx: TxContext, type: string, line: Line): Activity => ({
  id: line.id,
  event_type: line.type ?? type,
  message: line.message,
  agent_id: agentOf(tx, line),
  task_id: line.taskId ?? null,
  created_at: tx.now().toISOString(),
});

/** One statement, because every write of the product waits for it. */
async function insertFacts(tx: TxContext, event: EventType, rows: Row[]): Promise<void> {
  const actor = JSON.stringify(tx.actor);
  const userId = tx.actor.kind === 'user' ? tx.actor.id : null;
  const statement = sql`
    with given as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g (subject_id uuid,
      board_id uuid, data jsonb, activity jsonb, line_board_id uuid, line_data jsonb)),
    facts as (
      insert into events (org_id, board_id, type, subject_kind, subject_id, actor, request, data, activity, occurred_at)
      select ${tx.orgId}, board_id, ${event.type}, ${event.subject}, subject_id, ${actor}::jsonb,
        ${tx.request ? JSON.stringify(tx.request) : null}::jsonb, data, activity, ${tx.now()}
      from given),
    lines as (
      insert into activity_events (id, org_id, event_type, message, agent_id, user_id, actor, board_id, task_id, data,
        created_at)
      select line.id, ${tx.orgId}, line.event_type, line.message, line.agent_id, ${userId}, ${actor}::jsonb,
        line_board_id, line.task_id, line_data, line.created_at
      from given cross join lateral jsonb_to_record(activity) as line (id uuid, event_type text, message text,
        agent_id uuid, task_id uuid, created_at timestamptz)
      where activity is not null)
    select`;
  await sendAlong(tx.db, statement.execute(tx.db));
  if (!whenKept(tx.db, wakeTails)) await notifyTails(tx.db);
}

async function react(tx: TxContext, type: string, fact: Fact<unknown>): Promise<void> {
  for (const { within, after } of tx.reactions.get(type) ?? []) {
    await within?.(tx, fact);
    if (after === undefined) continue;
    const { subjectId, boardId = null, data } = fact;
    await enqueueWork(tx, {
      kind: after,
      boardId,
      payload: { type, subject_id: subjectId, board_id: boardId, actor: tx.actor, data },
    });
  }
}
