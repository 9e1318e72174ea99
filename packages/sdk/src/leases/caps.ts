import type { ConcurrencyIr, LimitsIr } from '@mission-control/policy/evaluate';
import type { Bundle } from '../enrolment/bundle.ts';

export type BudgetKind = 'tokens' | 'cost';

/** A limit that leases hold: others may use of it, too. */
export interface SharedLimit {
  /** `policy@version:rule`. */
  ref: string;
  per: LimitsIr['per'];
  /** Tokens, or 1e-8 US dollars. */
  cap: number;
  onExceed: LimitsIr['on_exceed'];
}

/** What an agent's bundle makes it ask the server for. */
export interface LeaseCaps {
  tokens: readonly SharedLimit[];
  cost: readonly SharedLimit[];
  /** The most tokens that one call may need, and the rule that says so. */
  step: { ref: string; cap: number } | undefined;
  /** Of runs at once: how long one that finds no place waits. Undefined when nothing bounds them. */
  places: { queueMs: number } | undefined;
}

const UNITS_PER_DOLLAR = 100_000_000;
/** A queue without a timeout: long enough for any run, and not for ever. */
const LONGEST_QUEUE_MS = 600_000;

/** Reads what is shared out of a bundle. */
export function toLeaseCaps({ policies, capability }: Bundle): LeaseCaps {
  const rules = policies.flatMap(({ policy, rules: own }) =>
    own.flatMap((rule) =>
      rule.mode === 'enforce' ? { rule, ref: `${policy.name}@${policy.version}:${rule.id}` } : [],
    ),
  );
  const limits = rules.flatMap(({ rule, ref }) => (rule.kind === 'limits' ? { ref, ...rule } : []));
  const queues = rules.flatMap(({ rule }) => (rule.kind === 'concurrency' ? toQueueMs(rule) : []));
  if (capability.mode === 'enforce' && capability.max_concurrency != null) queues.push(LONGEST_QUEUE_MS);
  const shared = limits.filter(({ per, on_exceed }) => per !== 'step' && on_exceed !== 'warn');
  return {
    tokens: shared.flatMap((limit) => toShared(limit, limit.tokens)),
    cost: shared.flatMap((limit) => toShared(limit, limit.cost_usd && limit.cost_usd * UNITS_PER_DOLLAR)),
    step: findStepCap(limits),
    places: queues.length === 0 ? undefined : { queueMs: Math.min(...queues) },
  };
}

const toQueueMs = ({ on_full, queue_ms }: ConcurrencyIr): number =>
  on_full === 'reject' ? 0 : queue_ms || LONGEST_QUEUE_MS;

const toShared = ({ ref, per, on_exceed }: { ref: string } & LimitsIr, amount: number | undefined): SharedLimit[] =>
  amount === undefined ? [] : [{ ref, per, cap: Math.floor(amount), onExceed: on_exceed }];

function findStepCap(limits: readonly ({ ref: string } & LimitsIr)[]): LeaseCaps['step'] {
  const caps = limits.flatMap(({ per, ref, tokens, on_exceed }) =>
    per === 'step' && tokens !== undefined && on_exceed !== 'warn' ? { ref, cap: tokens } : [],
  );
  return caps.sort((a, b) => a.cap - b.cap)[0];
}
