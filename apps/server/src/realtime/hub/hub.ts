import type { Platform } from '#server/platform/context.ts';
import type { EventRow } from '#server/platform/events/events.store.ts';
import type { EventType } from '#server/platform/events/publish.ts';
import type { EventTail } from '#server/platform/events/tail.ts';
import type { Authenticate, Credentials } from '#server/platform/principal.ts';
import { createGraphViews } from '../graph/graph-views.ts';
import type { Claim } from '../listeners/admit.ts';
import { createListeners } from '../listeners/listeners.ts';
import { createActorNames } from './actor-names.ts';
import { coalesce, createItemMaker, type StreamItem } from './items.ts';
import { findMissed, type Start } from './missed.ts';
import { createRounds } from './rounds.ts';
import { deliver, endCatchUp, flush, type Seat, type Subscriber, toSeat } from './seats.ts';

/** Who opens a stream, and what for. */
export interface Opening extends Subscriber {
  credentials: Credentials;
  claim: Claim;
  /** From now on when left out. */
  start: Start | undefined;
}

/** One tail, many clients. */
export interface Hub {
  /** Sends everything behind the start, once and in order, as far as it may be read; returns how to leave. */
  join(opening: Opening): Promise<() => void>;
  close(): void;
}

export function createHub(platform: Platform, tail: EventTail, types: EventType[], authenticate: Authenticate): Hub {
  const itemsOf = createItemMaker(platform, types);
  const nameActors = createActorNames(platform);
  const seats = new Map<string, Set<Seat>>();
  let unsubscribe: (() => void) | undefined;

  const listeners = createListeners(platform, authenticate, (listener) => {
    for (const seat of seats.get(listener.orgId) ?? []) if (seat.listener === listener && !flush(seat)) leave(seat);
  });
  const rounds = createRounds(async (rows) => {
    const items = coalesce(rows.flatMap(itemsOf));
    await nameActors(items);
    for (const [orgId, own] of groupByOrganization(items))
      for (const seat of seats.get(orgId) ?? []) if (!deliver(seat, own)) leave(seat);
  });
  const receive = (rows: EventRow[]) => {
    listeners.notice(rows);
    if (rows.some(({ type }) => type === 'agent.health_changed')) graphs.hurry();
    rounds.add(rows.filter(({ org_id }) => seats.has(org_id)));
  };
  const graphs = createGraphViews(platform, (seat) => leave(seat));
  const sit = (opening: Opening): Seat => {
    // Only while somebody sits here: without listeners the tail need not read what it passes.
    unsubscribe ??= tail.subscribe(receive);
    const listener = listeners.enter(opening.credentials, opening.claim);
    const seat = toSeat(opening, listener, { ...tail.position(), ordinal: Number.POSITIVE_INFINITY });
    seats.set(listener.orgId, (seats.get(listener.orgId) ?? new Set()).add(seat));
    return seat;
  };
  const leave = (seat: Seat) => {
    const { orgId } = seat.listener;
    if (!seats.get(orgId)?.delete(seat)) return;
    listeners.leave(seat.listener);
    graphs.leave(seat);
    if (seats.get(orgId)?.size === 0) seats.delete(orgId);
    if (seats.size > 0) return;
    unsubscribe?.();
    unsubscribe = undefined;
  };
  const catchUp = async (seat: Seat, { claim, topics }: Opening, start: Start): Promise<void> => {
    const { orgId, pathBoardId, boardId = pathBoardId } = claim;
    const query = { orgId, topics, boardId, start, until: seat.after };
    const missed = await findMissed(platform, { types, itemsOf }, query);
    await nameActors(missed.items);
    endCatchUp(seat, start, missed);
  };

  return {
    async join(opening) {
      const seat = sit(opening);
      try {
        if (opening.start !== undefined) await catchUp(seat, opening, opening.start);
        if (!flush(seat)) leave(seat);
        else graphs.enter(seat);
      } catch (error) {
        platform.log.warn({ err: error }, 'a stream could not catch up; its client comes again');
        seat.end();
        leave(seat);
      }
      return () => leave(seat);
    },
    close() {
      rounds.stop();
      graphs.stop();
      unsubscribe?.();
      for (const neighbours of seats.values()) for (const seat of neighbours) seat.end();
    },
  };
}

function groupByOrganization(items: StreamItem[]): Map<string, StreamItem[]> {
  const groups = new Map<string, StreamItem[]>();
  for (const item of items) {
    const group = groups.get(item.row.org_id);
    if (group) group.push(item);
    else groups.set(item.row.org_id, [item]);
  }
  return groups;
}
