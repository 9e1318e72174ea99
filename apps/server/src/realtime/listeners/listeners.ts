import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '#server/platform/context.ts';
import type { EventRow } from '#server/platform/events/events.store.ts';
import type { Authenticate, Credentials } from '#server/platform/principal.ts';
import { Problem } from '#server/platform/problem.ts';
import { admit, type Claim } from './admit.ts';
import { type Admission, isAccessFact, mayChangeReach } from './reach.rules.ts';

/** How often a listener is looked at, besides when a fact may concern it; up to a fifth is taken off at random. */
const RECHECK_MS = 15_000;
/** While it cannot be told (the database is away), it is asked again so soon. */
const RETRY_MS = 1_000;

/** One credential with one claim; streams that were opened alike share it. */
export interface Listener {
  orgId: string;
  /** Undefined before the first look, and for who may not listen. */
  admission: Admission | undefined;
  /** Whether its access may have changed and was not looked at since: nothing newer is for it. */
  isHeld: boolean;
}

interface Entry extends Listener {
  key: string;
  credentials: Credentials;
  claim: Claim;
  streams: number;
  timer: NodeJS.Timeout | undefined;
  asked: number;
  isLooking: boolean;
}

/** Knows what everybody who listens may read. */
export interface Listeners {
  enter(credentials: Credentials, claim: Claim): Listener;
  leave(listener: Listener): void;
  /** Holds those whose access these facts may have changed, and looks at them. */
  notice(rows: EventRow[]): void;
}

/** `settled` is called after each look. */
export function createListeners(
  platform: Platform,
  authenticate: Authenticate,
  settled: (listener: Listener) => void,
): Listeners {
  const entries = new Map<string, Entry>();

  const look = async ({ credentials, claim }: Entry): Promise<Admission | undefined | 'unknown'> => {
    try {
      return await admit(platform, authenticate, { ...credentials, isLook: true }, claim);
    } catch (error) {
      if (error instanceof Problem && error.status < 429) return undefined;
      // Too many calls, or the database is away: that proves nothing.
      if (!(error instanceof Problem)) platform.log.warn({ err: error }, 'the access of a stream could not be read');
      return 'unknown';
    }
  };
  const lookUntilKnown = async (entry: Entry): Promise<void> => {
    entry.isLooking = true;
    for (let answered = 0; answered < entry.asked && entries.has(entry.key); ) {
      const { asked } = entry;
      const found = await look(entry);
      if (found === 'unknown' && entry.isHeld) {
        await sleep(RETRY_MS, undefined, { ref: false });
        continue;
      }
      if (found !== 'unknown') entry.admission = found;
      answered = asked;
    }
    entry.isLooking = false;
    entry.isHeld = false;
    settled(entry);
  };
  const ask = (entry: Entry): void => {
    entry.asked++;
    if (!entry.isLooking) void lookUntilKnown(entry);
  };
  const keepAsking = (entry: Entry): void => {
    const waitMs = RECHECK_MS * (1 - Math.random() / 5);
    entry.timer = setTimeout(() => {
      ask(entry);
      keepAsking(entry);
    }, waitMs).unref();
  };
  const create = (key: string, credentials: Credentials, claim: Claim): Entry => {
    const entry: Entry = {
      ...{ key, credentials, claim, orgId: claim.orgId, admission: undefined, isHeld: true },
      ...{ streams: 0, timer: undefined, asked: 0, isLooking: false },
    };
    entries.set(key, entry);
    ask(entry);
    keepAsking(entry);
    return entry;
  };

  return {
    enter(credentials, claim) {
      const { token, session, agent } = credentials;
      const key = JSON.stringify([token, session, agent, claim]);
      const entry = entries.get(key) ?? create(key, credentials, claim);
      entry.streams++;
      return entry;
    },
    leave(listener) {
      const entry = listener as Entry; // whoever leaves has entered
      if (--entry.streams > 0) return;
      clearTimeout(entry.timer);
      entries.delete(entry.key);
    },
    notice(rows) {
      const facts = rows.filter(isAccessFact);
      for (const entry of entries.values()) {
        const concerns = (fact: EventRow) =>
          fact.org_id === entry.orgId && (!entry.admission || mayChangeReach(fact, entry.admission));
        if (!facts.some(concerns)) continue;
        entry.isHeld = true;
        ask(entry);
      }
    },
  };
}
