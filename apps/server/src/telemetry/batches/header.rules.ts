import { Problem } from '#server/platform/problem.ts';
import { type Fields, isFields, readInstant, readObject, readOptional } from './fields.rules.ts';
import { isUuid } from './instants.rules.ts';
import { Rejection } from './rejection.ts';

const VERSION = 1;
const MAX_COUNTERS = 32;
const MAX_ACKS = 1_000;

/** Line 1 of a batch. */
export interface Header {
  producer: string;
  /** 0 in a heartbeat, which has no number. */
  batch: number;
  sdk: string | null;
  /** Microseconds since 1970, by the clock of the process. */
  sentAt: number;
  /** Bundle number by agent slug. */
  bundles: Record<string, number>;
  /** Totals since the process began. */
  dropped: Record<string, number>;
  self: Record<string, number>;
  /** Ids of commands that the process has. */
  ack: string[];
}

/** Reads the header. `events` tells whether lines follow. Throws `batch.unreadable`, `batch.version`. */
export function parseHeader(value: unknown, events: boolean): Header {
  if (!isFields(value)) throw unreadable('The first line must be the header, a JSON object.');
  if (value.v !== VERSION)
    throw new Problem(
      'batch.version',
      400,
      `This server reads version ${VERSION} of the protocol, not ${JSON.stringify(value.v)?.slice(0, 40)}.`,
    );
  if (!isUuid(value.producer)) throw unreadable('producer must be a UUID.');
  const isNumbered = Number.isSafeInteger(value.batch) && (value.batch as number) >= 1;
  if (events && !isNumbered) throw unreadable('batch must be a whole number from 1.');
  try {
    return {
      producer: value.producer.toLowerCase(),
      batch: isNumbered ? (value.batch as number) : 0,
      sdk: readOptional(value, 'sdk', 64),
      sentAt: readInstant(value, 'sent_at'),
      bundles: readCounters(value, 'bundles'),
      dropped: readCounters(value, 'dropped'),
      self: readCounters(value, 'self'),
      ack: Array.isArray(value.ack) ? value.ack.filter(isUuid).slice(0, MAX_ACKS) : [],
    };
  } catch (error) {
    if (error instanceof Rejection) throw unreadable(error.message);
    throw error;
  }
}

export const unreadable = (detail: string) => new Problem('batch.unreadable', 400, detail);

/** The numbers of an object, at most 32 (bundles: one per agent of the process). */
function readCounters(fields: Fields, field: string): Record<string, number> {
  const counters = Object.entries(readObject(fields, field)).filter(
    (entry): entry is [string, number] =>
      Number.isFinite(entry[1]) && entry[0].length <= 64 && !entry[0].includes('\0'),
  );
  return Object.fromEntries(counters.slice(0, field === 'bundles' ? 1_000 : MAX_COUNTERS));
}
