import type { Agent } from '../enrolment/agent.ts';
import type { Run } from '../runs/run.ts';
import { sleep } from '../transport/backoff.ts';
import type { Tokens } from '../wire.ts';
import type { Alone } from './alone.ts';
import type { Budget, Denial } from './budget.ts';
import type { BudgetKind, LeaseCaps } from './caps.ts';
import type { PriceBook } from './price-book.ts';
import { countTokens, estimateTokens, type Price, type Spending, toAnswerTokens, toCost } from './spending.ts';

/** What a call was given: to be settled when it is over. */
export interface Reservation {
  /** What the model may answer at most: what is reserved is what it can use. */
  maxTokens: number;
  settle: (tokens: Tokens | undefined) => void;
}

export type Admission = Reservation | { denied: Denial };

/** What a model may answer where nobody bounds it. */
const DEFAULT_MAX_TOKENS = 4_096;
/** An answer shorter than this is of no use. */
const LEAST_ANSWER = 64;
const RETRY_MS = 500;

interface ReservationsOptions {
  prices: PriceBook;
  budgetOf: (run: Run, kind: BudgetKind) => Budget;
  onUsed: (run: Run, kind: BudgetKind, amount: number) => void;
  /** What an agent does without the server; undefined while it may still answer. */
  decideAlone: (agent: Agent, refused: undefined) => Alone | undefined;
}

/** A call, and what it may need. */
interface Plan {
  run: Run;
  caps: LeaseCaps;
  call: Spending;
  input: number;
  /** What it may answer, and at least must be able to. */
  answer: number;
  least: number;
}

/** What is reserved of one budget. */
interface Part {
  kind: BudgetKind;
  budget: Budget;
  amount: number;
}

/** Reserves what model calls may use in all budgets of their agent: without asking while what is held lasts. */
export function createReservations(options: ReservationsOptions) {
  const { prices, budgetOf, onUsed } = options;
  const toReservation = ({ run }: Plan, parts: Part[], price: Price | null, maxTokens: number): Reservation => ({
    maxTokens,
    settle(tokens = {}) {
      const used = { tokens: countTokens(tokens), cost: toCost(price, tokens) };
      for (const { kind, budget, amount } of parts) {
        budget.settle(amount, used[kind]);
        onUsed(run, kind, used[kind]);
      }
    },
  });
  const take = (plan: Plan): Reservation | undefined => {
    const { run, caps, call, input, answer } = plan;
    const price = caps.cost.length === 0 ? null : prices.find(call);
    if (price === undefined) return undefined;
    const wanted: Part[] = [];
    if (caps.tokens.length > 0)
      wanted.push({ kind: 'tokens', budget: budgetOf(run, 'tokens'), amount: input + answer });
    if (price)
      wanted.push({ kind: 'cost', budget: budgetOf(run, 'cost'), amount: toCost(price, { input, output: answer }) });
    const missing = wanted.findIndex(({ budget, amount }) => !budget.take(amount));
    if (missing < 0) return toReservation(plan, wanted, price, answer);
    giveBack(wanted.slice(0, missing));
    return undefined;
  };
  const ask = async (plan: Plan): Promise<Admission> => {
    const { run, caps, call, input, least } = plan;
    const parts: Part[] = [];
    let { answer } = plan;
    if (caps.tokens.length > 0) {
      const budget = budgetOf(run, 'tokens');
      const given = await budget.ask({ amount: input + answer, least: input + least });
      if ('denied' in given) return given;
      parts.push({ kind: 'tokens', budget, amount: given.amount });
      answer = given.amount - input;
    }
    const price = caps.cost.length === 0 ? null : await askPrice(options, run, call);
    if (price === undefined) {
      giveBack(parts);
      return { denied: toPriceDenial(caps, call) };
    }
    if (price) {
      const budget = budgetOf(run, 'cost');
      const toNeed = (output: number) => toCost(price, { input, output });
      const given = await budget.ask({ amount: toNeed(answer), least: toNeed(Math.min(least, answer)) });
      if ('denied' in given) {
        giveBack(parts);
        return given;
      }
      parts.push({ kind: 'cost', budget, amount: given.amount });
      answer = Math.min(answer, toAnswerTokens(price, input, given.amount));
    }
    return toReservation(plan, parts, price, answer);
  };

  return (run: Run, caps: LeaseCaps, call: Spending): Admission | Promise<Admission> => {
    const input = estimateTokens(call.input);
    const most = (caps.step?.cap ?? Number.POSITIVE_INFINITY) - input;
    const answer = Math.min(call.maxTokens ?? DEFAULT_MAX_TOKENS, most);
    const least = Math.min(call.maxTokens ?? LEAST_ANSWER, LEAST_ANSWER);
    if (answer < least) return { denied: toStepDenial(caps, input) };
    const plan = { run, caps, call, input, answer, least };
    return take(plan) ?? ask(plan);
  };
}

/** Undefined when nobody says and the agent does not go on without knowing. */
async function askPrice(
  { prices, decideAlone }: ReservationsOptions,
  { agent }: Run,
  call: Spending,
): Promise<Price | null | undefined> {
  while (true) {
    const price = await prices.ask(call);
    if (price !== undefined) return price;
    const alone = decideAlone(agent, undefined);
    if (alone !== undefined) return alone === 'open' ? null : undefined;
    await sleep(RETRY_MS, undefined, 'ref');
  }
}

/** Nothing was used of it. */
function giveBack(parts: readonly Part[]): void {
  for (const { budget, amount } of parts) budget.settle(amount, 0);
}

const toPriceDenial = ({ cost }: LeaseCaps, { model }: Spending): Denial => ({
  ...{ kind: 'cost', rule: cost[0]?.ref, scope: undefined, isDegraded: true, missing: undefined },
  explanation: `What ${model} costs cannot be asked for, so it may be more than is left.`,
});

const toStepDenial = ({ step }: LeaseCaps, input: number): Denial => ({
  kind: 'tokens',
  rule: step?.ref,
  scope: 'step',
  explanation: `The prompt has about ${input} tokens and one call may need ${step?.cap} (${step?.ref}).`,
  isDegraded: false,
  missing: undefined,
});
