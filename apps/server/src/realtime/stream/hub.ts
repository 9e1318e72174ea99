import type { Platform } from '#server/platform/context.ts';
import { type EventCursor, formatCursor, isAfter } from '#server/platform/events/cursor.ts';
import { type EventRow, hasEvent, readEvents } from '#server/platform/events/events.store.ts';
import type { EventType } from '#server/platform/events/publish.ts';
import type { EventTail } from '#server/platform/events/tail.ts';
import { formatMessage } from '#server/platform/http/sse.ts';
import { coalesce, type StreamItem, toEventName, toStreamItems } from './stream.rules.ts';

/** At most one round of messages in this time; facts of the same row within it become one message. */
const ROUND_MS = 100;
/** A client that missed more than this reads its lists again. */
const MAX_CATCH_UP = 5_000;

const RESET = formatMessage({ event: 'reset', data: { reason: 'cursor_expired' } });

/** A client's end of the stream. */
export interface Subscriber {
  orgId: string;
  topics: ReadonlySet<string>;
  /** Takes messages; false when it is gone. */
  write(messages: string): boolean;
  /** Ends the stream unless its caller may still listen. */
  recheck(): Promise<void>;
}

/** Facts about these kinds may change who may listen. */
const ACCESS_SUBJECTS = new Set(['organization', 'member', 'service_key', 'token']);

interface Seat {
  subscriber: Subscriber;
  /** What lies at or before this is not for it, or was sent when it caught up. */
  after: EventCursor;
  /** Messages of rounds that came while it was catching up. */
  held: string[] | undefined;
}

/** One tail, many clients. */
export interface Hub {
  /** Sends everything after `from` (else from now on), once and in order; returns how to leave. */
  join(subscriber: Subscriber, from: EventCursor | undefined): Promise<() => void>;
  close(): void;
}

const toMessage = ({ row }: StreamItem): string =>
  formatMessage({
    id: formatCursor(row),
    event: toEventName(row),
    data: { type: row.type, at: row.occurred_at, ...(row.data as object) },
  });

const isFor = ({ row, topics }: StreamItem, { orgId, topics: wanted }: Subscriber): boolean =>
  row.org_id === orgId && topics.some((topic) => wanted.has(topic));

export function createHub(platform: Platform, tail: EventTail, types: EventType[]): Hub {
  const events = new Map(types.map((type) => [type.type, type]));
  const seats = new Set<Seat>();
  let waiting: StreamItem[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lastRound = 0;
  let unsubscribe: (() => void) | undefined;

  const send = () => {
    timer = undefined;
    lastRound = performance.now();
    const round = coalesce(waiting).map((item) => ({ item, text: toMessage(item) }));
    waiting = [];
    for (const seat of seats) {
      const mine = round.filter(({ item }) => isFor(item, seat.subscriber) && isAfter(item.row, seat.after));
      const text = mine.map((message) => message.text).join('');
      if (text === '') continue;
      if (seat.held) seat.held.push(text);
      else if (!seat.subscriber.write(text)) leave(seat);
    }
  };
  const receive = (rows: EventRow[]) => {
    if (seats.size === 0) return;
    for (const { subscriber } of seats)
      if (rows.some((row) => ACCESS_SUBJECTS.has(row.subject_kind) && row.org_id === subscriber.orgId))
        void subscriber.recheck();
    waiting.push(...toStreamItems(rows, events));
    if (waiting.length === 0 || timer) return;
    timer = setTimeout(send, Math.max(0, ROUND_MS - (performance.now() - lastRound))).unref();
  };
  const leave = (seat: Seat) => {
    seats.delete(seat);
    if (seats.size > 0) return;
    unsubscribe?.();
    unsubscribe = undefined;
  };
  const readMissed = async ({ subscriber, after }: Seat, from: EventCursor): Promise<string> => {
    if (!(await hasEvent(platform.db, subscriber.orgId, from))) return RESET;
    const rows = await readEvents(platform.db, {
      orgId: subscriber.orgId,
      from,
      to: after,
      limit: MAX_CATCH_UP + 1,
    });
    if (rows.length > MAX_CATCH_UP) return RESET;
    const items = coalesce(toStreamItems(rows, events)).filter((item) => isFor(item, subscriber));
    return items.map(toMessage).join('');
  };

  return {
    async join(subscriber, from) {
      // Only while somebody sits here: without listeners the tail need not read what it passes.
      unsubscribe ??= tail.subscribe(receive);
      const position = tail.position();
      // A tail that nobody listened to may stand behind what this client has seen.
      const after = from && isAfter(from, position) ? from : position;
      const seat: Seat = { subscriber, after, held: from && [] };
      seats.add(seat);
      if (from) {
        const missed = await readMissed(seat, from);
        const messages = [missed, ...(seat.held ?? [])].join('');
        seat.held = undefined;
        if (messages !== '') subscriber.write(messages);
      }
      return () => leave(seat);
    },
    close() {
      clearTimeout(timer);
      unsubscribe?.();
    },
  };
}
