import type { Platform } from '#server/platform/context.ts';
import { createListener } from '#server/platform/events/listen.ts';
import type { Command } from './commands.schema.ts';
import { COMMANDS_CHANNEL, listAdmitted, listWaiting } from './commands.store.ts';
import { createLooks } from './looks.ts';
import { type Addressee, prepareCommands } from './prepare.ts';

/** Hints of this long make one look: a change for all processes is many commands, a start of the server many channels. */
const GATHER_MS = 20;
/** A look without a hint, in case a notification was lost with its connection. */
const IDLE_MS = 5_000;
/** How often those that listen are asked for: a token may have been taken back meanwhile. */
const ADMIT_MS = 60_000;

/** A process that listens. */
export interface Seat extends Addressee {
  /** Takes commands; false when it could not. */
  write(commands: Command[]): boolean;
  end(): void;
}

/** The open command channels of this instance: one look at the database for all of them, when somebody is told something. */
export interface Channels {
  /**
   * Sends a process what it has not acknowledged, and what comes; the connection that it had before ends. `looked`
   * resolves when what waited has been sent.
   */
  join(seat: Seat): { leave: () => void; looked: Promise<void> };
  start(): Promise<void>;
  close(): Promise<void>;
}

interface Occupied extends Seat {
  /** What was written to it and not acknowledged: not sent again on this connection. */
  sent: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();
const toKey = (org: string, producer: string): string => `${org}:${producer}`;

export function createChannels(platform: Platform): Channels {
  const seats = new Map<string, Occupied>();
  let timers: NodeJS.Timeout[] = [];
  let isClosed = false;

  const leave = (seat: Occupied): void => {
    const key = toKey(seat.orgId, seat.producerId);
    if (seats.get(key) === seat) seats.delete(key);
  };
  const look = async (): Promise<void> => {
    if (seats.size === 0) return;
    const asked = [...seats.values()];
    const waiting = await listWaiting(platform, asked);
    const ids = new Map(waiting.map((one) => [toKey(one.orgId, one.producerId), one.ids]));
    const idsOf = (seat: Occupied) => ids.get(toKey(seat.orgId, seat.producerId)) ?? [];
    const fresh = asked
      .map((seat) => ({ seat, ids: idsOf(seat).filter((id) => !seat.sent.has(id)) }))
      .filter(({ ids }) => ids.length > 0);
    for (const { seat, commands } of await prepareCommands(platform, fresh)) if (!seat.write(commands)) leave(seat);
    for (const seat of asked) seat.sent = new Set(idsOf(seat));
  };
  const warn = (error: unknown): void => {
    if (!isClosed) platform.log.warn({ err: error }, 'commands could not be read; they will be looked for again');
  };
  const looks = createLooks(() => look().catch(warn), GATHER_MS);
  const admit = async (): Promise<void> => {
    const asked = [...seats.values()];
    const admitted = new Set((await listAdmitted(platform, asked)).map((one) => toKey(one.orgId, one.producerId)));
    for (const seat of asked) if (!admitted.has(toKey(seat.orgId, seat.producerId))) seat.end();
  };
  const listener = createListener(platform, COMMANDS_CHANNEL, looks.wake);

  return {
    join(seat) {
      const key = toKey(seat.orgId, seat.producerId);
      const before = seats.get(key);
      const occupied: Occupied = { ...seat, sent: NOTHING };
      seats.set(key, occupied);
      before?.end();
      if (isClosed) queueMicrotask(occupied.end);
      return { leave: () => leave(occupied), looked: looks.lookAnew() };
    },
    async start() {
      await listener.open();
      timers = [
        setInterval(looks.wake, IDLE_MS).unref(),
        setInterval(() => void admit().catch(warn), ADMIT_MS).unref(),
      ];
    },
    async close() {
      isClosed = true;
      for (const timer of timers) clearInterval(timer);
      for (const seat of seats.values()) seat.end();
      await listener.close();
      await looks.stop();
    },
  };
}
