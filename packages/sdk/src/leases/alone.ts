import type { Agent } from '../enrolment/agent.ts';
import type { Given, Need } from './budget.ts';
import type { BudgetKind, SharedLimit } from './caps.ts';

/** What a process does when nobody answers: go on, go on within its own part, or stop. */
export type Alone = 'open' | 'last_known' | 'closed';

interface Question {
  alone: Alone;
  agent: Agent;
  kind: BudgetKind;
  limits: readonly SharedLimit[];
  need: Need;
  /** By the runs of the tree that asks. */
  used: number;
}

/** The part of each budget that this process may use when it is alone: as many parts as there were processes last. */
export interface Shares {
  /** How many processes there are. */
  hear: (processes: number) => void;
  /** Something was used, with or without the server. */
  add: (agent: Agent, kind: BudgetKind, amount: number) => void;
  decide: (question: Question) => Given;
}

const HOUR_MS = 3_600_000;
const WINDOWS = { agent_hour: HOUR_MS, agent_day: 24 * HOUR_MS } as const;

export function createShares(): Shares {
  let processes = 1;
  /** By agent, kind and window; of the present windows only. */
  let spent = new Map<string, number>();
  let hour = 0;
  const keyOf = ({ slug }: Agent, kind: BudgetKind, window: keyof typeof WINDOWS): string =>
    `${window}:${Math.floor(Date.now() / WINDOWS[window])}:${kind}:${slug}`;
  const forget = (): void => {
    const now = Math.floor(Date.now() / HOUR_MS);
    if (now === hour) return;
    hour = now;
    const day = `agent_day:${Math.floor(Date.now() / WINDOWS.agent_day)}:`;
    spent = new Map([...spent].filter(([key]) => key.startsWith(day)));
  };
  return {
    hear(count) {
      processes = Math.max(1, count);
    },
    add(agent, kind, amount) {
      forget();
      for (const window of ['agent_hour', 'agent_day'] as const) {
        const key = keyOf(agent, kind, window);
        spent.set(key, (spent.get(key) ?? 0) + amount);
      }
    },
    decide({ alone, agent, kind, limits, need, used }) {
      if (alone === 'open') return { amount: need.amount };
      const rooms = limits.map(({ cap, per, ref }) => {
        const isWindow = per === 'agent_hour' || per === 'agent_day';
        const gone = isWindow ? (spent.get(keyOf(agent, kind, per)) ?? 0) : used;
        return { ref, room: Math.floor(cap / processes) - gone };
      });
      const tightest = rooms.sort((a, b) => a.room - b.room)[0];
      if (alone === 'last_known' && tightest && tightest.room >= need.least)
        return { amount: Math.min(need.amount, tightest.room) };
      const explanation = `The budget ${tightest?.ref ?? kind} cannot be asked for, and this process has used its own part of it.`;
      return {
        denied: { kind, rule: tightest?.ref, scope: undefined, explanation, isDegraded: true, missing: undefined },
      };
    },
  };
}
