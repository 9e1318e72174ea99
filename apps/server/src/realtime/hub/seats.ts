import { formatMessage } from '#server/platform/http/sse.ts';
import type { Listener } from '../listeners/listeners.ts';
import { isInReach } from '../listeners/reach.rules.ts';
import { type Form, isBehind, type StreamItem, type StreamPlace, toText } from './items.ts';
import type { Missed, Start } from './missed.ts';

/** What may wait for one client; one that is held back longer reads its lists again. */
const MAX_HELD = 5_000;

const RESET = formatMessage({ event: 'reset', data: { reason: 'cursor_expired' } });
const REVOKED = formatMessage({ event: 'revoked', data: { reason: 'access_changed' } });

/** A client's end of a stream, and what it asked for. */
export interface Subscriber {
  topics: ReadonlySet<string>;
  form: Form;
  /** Leaves out some messages of its topics; who may read them is another question. */
  accepts?: (item: StreamItem) => boolean;
  /** Takes messages; false when it is gone. */
  write(messages: string): boolean;
  /** Ends the stream, with a last message if given. */
  end(lastMessage?: string): void;
}

/** One subscriber on its place in the order of messages. */
export interface Seat extends Subscriber {
  listener: Listener;
  /** What lies at or before this was told before, or belongs to what it missed. */
  after: StreamPlace;
  /** Whether it is still being found out what it missed. */
  isCatchingUp: boolean;
  missed: StreamItem[];
  /** What came while it was catching up, or while its access was looked at. */
  held: StreamItem[];
  /** Whether it has to be told to read its lists again. */
  isExpired: boolean;
}

/** A seat of somebody who was told everything up to a place. */
export const toSeat = (
  opening: Subscriber & { start: Start | undefined },
  listener: Listener,
  after: StreamPlace,
): Seat => ({
  ...opening,
  listener,
  after,
  isCatchingUp: opening.start !== undefined,
  missed: [],
  held: [],
  isExpired: false,
});

/** Gives a seat what it missed; what came meanwhile follows. */
export function endCatchUp(seat: Seat, start: Start, { items, isExpired }: Missed): void {
  seat.isCatchingUp = false;
  seat.missed = items;
  seat.isExpired ||= isExpired;
  // A tail that nobody listened to may stand behind what this client has seen.
  if (!isExpired && !(start instanceof Date) && isBehind(start, seat.after)) seat.after = start;
}

const wants = ({ topics, form, accepts }: Subscriber, item: StreamItem): boolean =>
  item.topics.some((topic) => topics.has(topic)) &&
  (form === 'session' || item.isResource) &&
  (accepts?.(item) ?? true);

/** Passes messages on, or keeps them until it is known whether they may be; false when the client is gone. */
export function deliver(seat: Seat, items: StreamItem[]): boolean {
  const wanted = items.filter((item) => wants(seat, item));
  if (wanted.length === 0) return true;
  seat.held.push(...wanted);
  if (seat.held.length > MAX_HELD) {
    seat.held = [];
    seat.isExpired = true;
  }
  return flush(seat);
}

/** Sends what waits, unless it has to wait on; false when the client is gone or may no longer listen. */
export function flush(seat: Seat): boolean {
  if (seat.isCatchingUp || seat.listener.isHeld) return true;
  const { admission } = seat.listener;
  if (!admission) {
    seat.end(REVOKED);
    return false;
  }
  const items = [
    ...seat.missed.filter((item) => wants(seat, item)),
    ...seat.held.filter((item) => isBehind(item, seat.after)),
  ];
  const readable = items.filter(({ row, groupId }) => isInReach(admission.reach, row.board_id, groupId));
  const text = (seat.isExpired ? RESET : '') + readable.map((item) => toText(item, seat.form)).join('');
  Object.assign(seat, { missed: [], held: [], isExpired: false });
  return text === '' || seat.write(text);
}
