import { type ActivityEventRead, toActivityEvent } from '#server/boards/index.ts';
import type { Platform } from '#server/platform/context.ts';
import { type EventCursor, formatCursor, isAfter, parseEventCursor } from '#server/platform/events/cursor.ts';
import type { EventRow } from '#server/platform/events/events.store.ts';
import type { EventType, StreamMessage } from '#server/platform/events/publish.ts';
import { formatMessage } from '#server/platform/http/sse.ts';

/** A place among the messages of the facts: one fact may yield several. */
export interface StreamPlace extends EventCursor {
  /** Which message of its fact, from 0. */
  ordinal: number;
}

/** How a message is written: as the streams of one resource do, or as `/stream` does, which adds where it belongs. */
export type Form = 'resource' | 'session';

/** One message on its way to clients. */
export interface StreamItem extends StreamPlace {
  row: EventRow;
  topics: readonly string[];
  /** Whether it has the exact form of the work contract. */
  isResource: boolean;
  event: string;
  data: object;
  /** For whoever may read this board group, instead of the fact's board. */
  groupId: string | undefined;
  /** Items of one key are states of one row: the newest says it all. */
  key: string;
  /** The line of history that it shows, if that is what it is. */
  activity: ActivityEventRead | undefined;
  /** Its text by form, made once for all clients. */
  texts: Map<Form, string>;
}

interface Message extends StreamMessage {
  topics: readonly string[];
  isResource: boolean;
  activity?: ActivityEventRead;
}

export type ItemMaker = (row: EventRow) => StreamItem[];

/** Makes the messages of a fact. One that fails is left out, and logged: the others go on. */
export function createItemMaker({ log }: Platform, types: EventType[]): ItemMaker {
  const byName = new Map(types.map((type) => [type.type, type]));
  return (row) => {
    const type = byName.get(row.type);
    try {
      return type ? toItems(row, type) : [];
    } catch (error) {
      log.error({ err: error, type: row.type }, 'a fact could not be made into messages');
      return [];
    }
  };
}

/** The messages that a fact yields. Their order is that of the declaration, so that an id always names the same one. */
export function toItems(row: EventRow, type: EventType): StreamItem[] {
  const messages = [...toResourceMessages(row, type), ...toActivityMessages(row, type)];
  const taken = new Set(messages.flatMap(({ topics }) => topics));
  const topics = (type.topics?.(row.subject_id, row.data) ?? []).filter((topic) => !taken.has(topic));
  // What publish stored is an object: every event's schema is one.
  if (topics.length > 0)
    messages.push({ topics, isResource: false, event: toEventName(row), data: row.data as object });
  return messages.map(({ topics, isResource, event, data, groupId, activity }, ordinal) => ({
    ...{ row, tx: row.tx, id: row.id, ordinal, topics, isResource, event, data, groupId, activity },
    key: [row.org_id, row.type, topics[0], activity?.id ?? row.subject_id].join(' '),
    texts: new Map(),
  }));
}

function toResourceMessages(row: EventRow, { streams = {} }: EventType): Message[] {
  const { type, subject_id: subjectId, board_id: boardId, actor, data, activity } = row;
  return Object.entries(streams).flatMap(([topic, toMessage]) => {
    const message = toMessage({ type, subjectId, boardId, actor, data, activity });
    return message ? [{ ...message, topics: [topic], isResource: true }] : [];
  });
}

/** The line of history; who acted is named later, for those who listen. */
function toActivityMessages(row: EventRow, type: EventType): Message[] {
  if (!row.activity || !type.activity) return [];
  const { board_id, actor } = row;
  const { boardId, data = null } = type.activity(row.data);
  const activity = toActivityEvent(
    { ...row.activity, board_id: boardId === null ? null : board_id, actor, data },
    null,
  );
  return [{ topics: ['activity'], isResource: false, event: 'activity', data: { activity }, activity }];
}

/** The kind of subject (`run`, `agent`, `violation`), `health` for health. */
const toEventName = ({ type, subject_kind }: EventRow): string =>
  type === 'agent.health_changed' ? 'health' : subject_kind;

/**
 * Keeps the newest item of each key. The newest stays where it is in the order, so the id of a message never names a
 * place behind something that was not sent. A creation, its changes and a deletion have keys of their own.
 */
export function coalesce(items: StreamItem[]): StreamItem[] {
  const newest = new Map<string, StreamItem>();
  for (const item of items) {
    newest.delete(item.key); // re-inserting moves it to the end
    newest.set(item.key, item);
  }
  return [...newest.values()];
}

export function toText(item: StreamItem, form: Form): string {
  const known = item.texts.get(form);
  if (known !== undefined) return known;
  const { type, occurred_at: at, board_id } = item.row;
  const data = form === 'session' ? { type, at, board_id, ...item.data } : item.data;
  const text = formatMessage({ id: formatPlace(item), event: item.event, data });
  item.texts.set(form, text);
  return text;
}

/** The id of a message: its fact's, and which of the fact's messages it is when it is not the first. */
export const formatPlace = ({ ordinal, ...fact }: StreamPlace): string =>
  ordinal === 0 ? formatCursor(fact) : `${formatCursor(fact)}.${ordinal}`;

/** undefined for anything that {@link formatPlace} did not make. */
export function parsePlace(text: string): StreamPlace | undefined {
  const [, fact = '', ordinal = '0'] = /^([^.]+)(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  const cursor = parseEventCursor(fact);
  return cursor && { ...cursor, ordinal: Number(ordinal) };
}

/** Whether `a` comes after `b`. */
export const isBehind = (a: StreamPlace, b: StreamPlace): boolean =>
  a.tx === b.tx && a.id === b.id ? a.ordinal > b.ordinal : isAfter(a, b);
