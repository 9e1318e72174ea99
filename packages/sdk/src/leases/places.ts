import { nowMicros } from '../clock.ts';
import type { Agent } from '../enrolment/agent.ts';
import { LeaseDenied } from '../errors.ts';
import { newId } from '../ids.ts';
import { sleep } from '../transport/backoff.ts';
import type { Alone } from './alone.ts';
import type { Answered, LeaseAnswer, LeaseDesk } from './lease-desk.ts';

const RENEW_MS = 8_000;
const TTL_S = 25;
const LONGEST_WAIT_S = 25;
const RETRY_MS = 500;

/** Gives a place back. */
export type Leave = () => void;

/** Places of runs, which all processes of an agent, type, board or organization share. */
export interface Places {
  /**
   * Waits up to `queueMs` for a place of an agent's run below `root`. Throws {@link LeaseDenied} when there is none by
   * then, or when the server cannot be asked and the agent does not go on without it.
   */
  enter: (agent: Agent, root: string | undefined, queueMs: number) => Promise<Leave>;
  /** Gives all places back. */
  close: () => Promise<void>;
}

export interface PlacesOptions {
  desk: LeaseDesk;
  /** What to do when the server does not answer; `undefined`: it may still. */
  decideAlone: (agent: Agent, refused: string | undefined) => Alone | undefined;
}

interface Wish {
  agent: Agent;
  root: string;
  id: string;
  until: number;
}

export function createPlaces({ desk, decideAlone }: PlacesOptions): Places {
  const held = new Map<string, NodeJS.Timeout>();
  /** The most places that an agent held here at once while the server was there: what it goes on with alone. */
  const most = new Map<Agent, number>();
  const taken = new Map<Agent, number>();

  const count = (agent: Agent, by: 1 | -1): number => {
    const now = (taken.get(agent) ?? 0) + by;
    taken.set(agent, now);
    return now;
  };
  const keep = (agent: Agent, id: string): Leave => {
    most.set(agent, Math.max(most.get(agent) ?? 0, count(agent, 1)));
    held.set(id, setInterval(() => void desk.renew({ id, used: 0, ttl_s: TTL_S }), RENEW_MS).unref());
    return () => {
      if (!drop(id)) return;
      count(agent, -1);
      void desk.release({ id, used: 0 });
    };
  };
  const drop = (id: string): boolean => {
    clearInterval(held.get(id));
    return held.delete(id);
  };
  const enterAlone = (agent: Agent, refused: string | undefined): Leave | undefined => {
    const alone = decideAlone(agent, refused);
    if (alone === undefined) return undefined;
    const isFree = (taken.get(agent) ?? 0) < (most.get(agent) ?? 1);
    if (alone === 'closed' || (alone === 'last_known' && !isFree)) throw toDenied(agent, undefined);
    count(agent, 1);
    let isOver = false;
    return () => {
      if (!isOver) count(agent, -1);
      isOver = true;
    };
  };
  const ask = ({ agent, root, id, until }: Wish): Promise<Answered> =>
    desk.acquire({
      ...{ id, kind: 'concurrency', agent_id: agent.bundle?.agent_id ?? '', run: root, amount: 1, scopes: [] },
      ...{ ttl_s: TTL_S, wait_s: Math.min(LONGEST_WAIT_S, Math.max(0, (until - nowMicros()) / 1_000_000)) },
    });
  /** Undefined: ask again. */
  const use = ({ agent, id, until }: Wish, answer: Answered): Leave | undefined => {
    if (answer === 'away') return enterAlone(agent, undefined);
    if ('refused' in answer) return enterAlone(agent, answer.refused);
    if (answer.status === 'granted') return keep(agent, id);
    if (nowMicros() < until) return undefined;
    void desk.release({ id, used: 0 });
    throw toDenied(agent, answer);
  };
  return {
    async enter(agent, root, queueMs) {
      const id = newId(nowMicros());
      const wish: Wish = { agent, root: root ?? id, id, until: nowMicros() + queueMs * 1_000 };
      while (true) {
        const leave = use(wish, await ask(wish));
        if (leave) return leave;
        await sleep(RETRY_MS, undefined, 'ref');
      }
    },
    async close() {
      const ids = [...held.keys()];
      for (const id of ids) drop(id);
      await Promise.all(ids.map((id) => desk.release({ id, used: 0 })));
    },
  };
}

function toDenied({ slug }: Agent, answer: LeaseAnswer | undefined): LeaseDenied {
  const by = answer?.denied_by;
  const why = by ? `all ${by.cap} places of ${by.scope} are taken (${by.rule})` : 'Mission Control could not be asked';
  return new LeaseDenied({
    rule: by?.rule ?? 'lease.unreachable',
    explanation: `${slug} found no place for another run: ${why}.`,
    violationId: undefined,
  });
}
