import type { EventRow } from '#server/platform/events/events.store.ts';
import type { EventType } from '#server/platform/events/publish.ts';

const TOPIC = /^(agents|health|runs|violations|run:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const MAX_TOPICS = 50;

/** The topics of `?topics=a,b`; undefined when one is unknown, there is none, or there are too many. */
export function parseTopics(text: string): Set<string> | undefined {
  const topics = new Set(text.split(',').map((topic) => topic.trim()));
  return topics.size <= MAX_TOPICS && [...topics].every((topic) => TOPIC.test(topic)) ? topics : undefined;
}

/** One fact on its way to clients. */
export interface StreamItem {
  row: EventRow;
  topics: string[];
}

/** Where each fact goes; those that no topic carries are left out. */
export const toStreamItems = (rows: EventRow[], events: ReadonlyMap<string, EventType>): StreamItem[] =>
  rows.flatMap((row) => {
    const topics = events.get(row.type)?.topics?.(row.subject_id, row.data) ?? [];
    return topics.length > 0 ? [{ row, topics }] : [];
  });

/**
 * Keeps the newest fact of each subject and type. The newest stays where it is in the order, so the id of a message
 * never names a place behind something that was not sent.
 */
export function coalesce(items: StreamItem[]): StreamItem[] {
  const newest = new Map<string, StreamItem>();
  for (const item of items) {
    const key = `${item.row.org_id} ${item.row.type} ${item.row.subject_id}`;
    newest.delete(key); // re-inserting moves it to the end
    newest.set(key, item);
  }
  return [...newest.values()];
}

/** The event name: the kind of subject (`run`, `agent`, `violation`), `health` for health. */
export const toEventName = ({ type, subject_kind }: EventRow): string =>
  type === 'agent.health_changed' ? 'health' : subject_kind;
