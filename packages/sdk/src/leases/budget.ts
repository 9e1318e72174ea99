import { nowMicros } from '../clock.ts';
import { newId } from '../ids.ts';
import { sleep } from '../transport/backoff.ts';
import type { BudgetKind } from './caps.ts';
import type { Answered, LeaseAnswer, LeaseDesk } from './lease-desk.ts';

/** What a call needs, and the least it can make do with. */
export interface Need {
  amount: number;
  least: number;
}

/** Why a call gets nothing. */
export interface Denial {
  kind: BudgetKind;
  /** `policy@version:rule`; undefined when nobody could be asked. */
  rule: string | undefined;
  scope: string | undefined;
  explanation: string;
  /** Decided without the server. */
  isDegraded: boolean;
  /** What is missing of the budget, used up as it is; undefined when others hold it, or nobody could be asked. */
  missing: number | undefined;
}

export type Given = { amount: number } | { denied: Denial };

export interface BudgetOptions {
  kind: BudgetKind;
  desk: LeaseDesk;
  agentId: string;
  /** Root of the tree of runs. */
  run: string;
  task: string | undefined;
  /** What to do without the server; undefined as long as it may still answer and did not refuse (`why`). */
  decideAlone: (need: Need, used: number, why: string | undefined) => Given | undefined;
  onAnswer: (answer: LeaseAnswer) => void;
}

interface Held {
  id: string;
  /** Reserved at the server when `told` of it had been told as used. */
  reserved: number;
  told: number;
}

/** A share that nothing takes from for this long is for others. */
const IDLE_MS = 3_000;
const RENEW_MS = 20_000;
/** How long a call waits for what other calls hold and may give back. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 500;
/** What is used up seldom comes back: who would ask again within this time gets the same answer. */
const SPENT_MS = 1_000;

/** A share of a budget in this process: calls take from it without asking, and fill it up when it runs out. */
export class Budget {
  readonly #options: BudgetOptions;
  #held: Held | undefined;
  /** A lease that was asked for without an answer: it may be there, so the next question is about it. */
  #unanswered: string | undefined;
  /** What the lease that is held, or the next one, is to answer for. */
  #used = 0;
  /** In all. */
  #total = 0;
  /** Reserved for calls that are under way. */
  #pending = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** What was used up when the server last said so. */
  #spent: { denial: Denial; room: number; until: number } | undefined;
  #wake: AbortController | undefined;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** Reserves without asking anybody; false when what is held does not last. */
  take(amount: number): boolean {
    if (this.#left() < amount) return false;
    this.#pending += amount;
    clearTimeout(this.#idle);
    return true;
  }

  /** Asks for what a call needs; calls of one budget ask one after the other. */
  ask(need: Need): Promise<Given> {
    const asked = this.#turn.then(() => this.#ask(need));
    this.#turn = asked.catch(() => undefined); // whoever asked sees it
    return asked;
  }

  /** A call is over: what it reserved is free again, what it used is gone. */
  settle(reserved: number, used: number): void {
    this.#pending -= reserved;
    this.#used += used;
    this.#total += used;
    this.#wake?.abort();
    if (this.#pending > 0) return;
    clearTimeout(this.#idle);
    if (this.#isClosed) void this.#giveBack();
    else this.#idle = setTimeout(() => void this.#giveBack(), IDLE_MS).unref();
  }

  /** Until a call of this process is over, or others may have given something back. */
  async #wait(): Promise<void> {
    this.#wake = new AbortController();
    await sleep(RETRY_MS, this.#wake.signal, 'ref');
    this.#wake = undefined;
  }

  /** The budget was raised: what the server last said holds no more. */
  forgetSpent(): void {
    this.#spent = undefined;
  }

  /** No further calls come; what is under way still is counted. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#pending === 0) await this.#giveBack();
  }

  #left(): number {
    return this.#held ? this.#held.reserved - (this.#used - this.#held.told) - this.#pending : 0;
  }

  async #ask(need: Need): Promise<Given> {
    const until = nowMicros() + PATIENCE_MS * 1_000;
    while (true) {
      if (this.take(need.amount)) return { amount: need.amount };
      const spent = this.#spent;
      if (spent && spent.until > nowMicros() && need.least > spent.room) return { denied: spent.denial };
      const given = this.#use(need, await this.#request(need), nowMicros() > until);
      if (given) return given;
      await this.#wait();
    }
  }

  /** What an answer means for a call; undefined when it has to ask again. */
  #use(need: Need, answer: Answered, isLate: boolean): Given | undefined {
    if (answer === 'away') return this.#goOnAlone(need, isLate ? 'no answer' : undefined);
    if ('refused' in answer) return this.#goOnAlone(need, answer.refused);
    if (answer.status === 'granted') {
      const amount = Math.min(need.amount, this.#left());
      return amount >= need.least && this.take(amount) ? { amount } : undefined;
    }
    if (!answer.denied_by) return undefined; // the lease is over: the next question is about a new one
    const isSpent = answer.retry_after_ms === null;
    if (!isSpent && !isLate) return undefined;
    const { cap, committed } = answer.denied_by;
    const denial = toDenial(this.#options.kind, answer, isSpent ? need.amount - (cap - committed) : undefined);
    if (isSpent) this.#spent = { denial, room: cap - committed, until: nowMicros() + SPENT_MS * 1_000 };
    return { denied: denial };
  }

  #goOnAlone(need: Need, why: string | undefined): Given | undefined {
    const given = this.#options.decideAlone(need, this.#total + this.#pending, why);
    if (given && 'amount' in given) this.#pending += given.amount;
    return given;
  }

  #request(need: Need): Promise<Answered> {
    return this.#held ? this.#fillUp(this.#held, need) : this.#acquire(need);
  }

  async #acquire({ amount, least }: Need): Promise<Answered> {
    const { desk, kind, agentId, run, task } = this.#options;
    const id = this.#unanswered ?? newId(nowMicros());
    this.#unanswered = id;
    const owed = this.#used + this.#pending;
    const answer = await desk.acquire({
      ...{ id, kind, agent_id: agentId, run, scopes: task === undefined ? [] : [`task:${task}`] },
      ...{ amount: owed + amount, least: owed + least, wait_s: 0 },
    });
    if (answer === 'away') return answer;
    this.#unanswered = undefined;
    if ('refused' in answer) return answer;
    this.#options.onAnswer(answer);
    if (answer.status === 'granted') {
      this.#held = { id, reserved: answer.amount, told: 0 };
      this.#renewal ??= setInterval(() => void this.#renew(), RENEW_MS).unref();
    }
    return answer;
  }

  async #fillUp(held: Held, { amount, least }: Need): Promise<Answered> {
    const used = this.#used;
    const { id } = held;
    const answer = await this.#options.desk.renew({
      ...{ id, used },
      ...{ more: this.#pending + amount, least: this.#pending + least },
    });
    if (answer === 'away') return answer;
    if ('refused' in answer) {
      await this.#lose(id);
      return 'away';
    }
    this.#options.onAnswer(answer);
    if (this.#held?.id === id) this.#held = { id, reserved: answer.amount, told: used };
    return answer;
  }

  /** Keeps the lease while a long call is under way. */
  async #renew(): Promise<void> {
    const held = this.#held;
    if (!held || this.#pending === 0) return;
    const used = this.#used;
    const answer = await this.#options.desk.renew({ id: held.id, used });
    if (answer === 'away' || this.#held !== held) return;
    if ('refused' in answer) await this.#lose(held.id);
    else this.#held = { id: held.id, reserved: answer.amount, told: used };
  }

  /** The server has taken the lease back: what was used of it is told all the same. */
  async #lose(id: string): Promise<void> {
    if (this.#held?.id !== id) return;
    const used = this.#used;
    this.#drop();
    await this.#options.desk.release({ id, used });
  }

  async #giveBack(): Promise<void> {
    if (this.#pending > 0) return;
    const id = this.#held?.id ?? (this.#isClosed ? this.#unanswered : undefined);
    const used = this.#used;
    if (id === undefined) return;
    this.#drop();
    await this.#options.desk.release({ id, used });
  }

  #drop(): void {
    clearTimeout(this.#idle);
    clearInterval(this.#renewal);
    this.#renewal = undefined;
    this.#held = undefined;
    this.#unanswered = undefined;
    this.#used = 0;
  }
}

function toDenial(kind: BudgetKind, { denied_by }: LeaseAnswer, missing: number | undefined): Denial {
  const { rule, scope = '', cap = 0, committed = 0 } = denied_by ?? {};
  const show = (amount: number) => (kind === 'cost' ? `$${(amount / 1e8).toFixed(4)}` : `${amount} tokens`);
  const explanation = `The budget ${scope} is used up: ${show(committed)} of ${show(cap)}${rule ? ` (${rule})` : ''}.`;
  return { kind, rule, scope, explanation, isDegraded: false, missing };
}
