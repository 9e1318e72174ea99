import type { RiskFactor, RiskWeights } from './risk.schema.ts';

/** What is known of a call that risk is made of. */
export interface RiskFacts {
  side_effect: string | null;
  external: boolean;
  /** Of the stores that the tool touches. */
  sensitivities: readonly string[];
  is_new_tool: boolean;
  confidence: number | null;
  had_violation: boolean;
  is_unproved: boolean;
  /** Names of its arguments. */
  arguments: readonly string[];
}

export interface Risk {
  /** 0..1. */
  risk_score: number;
  risk_factors: { factor: RiskFactor; weight: number }[];
}

/** `1 − Π(1 − w)` over the factors that apply. */
export function toRisk(facts: RiskFacts, weights: RiskWeights): Risk {
  const risk_factors = toFactors(facts).map((factor) => ({ factor, weight: weights[factor] }));
  const safe = risk_factors.reduce((product, { weight }) => product * (1 - weight), 1);
  return { risk_score: Math.round((1 - safe) * 10_000) / 10_000, risk_factors };
}

const SIDE_EFFECTS: Readonly<Record<string, RiskFactor>> = {
  read: 'reads',
  idempotent_write: 'writes_idempotently',
  non_idempotent: 'acts_for_good',
};
const STORES: readonly [string, RiskFactor][] = [
  ['restricted', 'restricted_store'],
  ['confidential', 'confidential_store'],
  ['internal', 'internal_store'],
];
const COMMAND = /^(command|cmd|sql|query|script|code|shell)$/i;

function toFactors(facts: RiskFacts): RiskFactor[] {
  // What a tool does that nobody declared is not known: the worst is.
  const effect = facts.side_effect === null ? 'acts_for_good' : SIDE_EFFECTS[facts.side_effect];
  const store = STORES.find(([sensitivity]) => facts.sensitivities.includes(sensitivity))?.[1];
  const applying: (RiskFactor | false | undefined)[] = [
    effect,
    store,
    facts.external && 'external',
    facts.is_new_tool && 'new_tool',
    toDoubt(facts.confidence),
    facts.had_violation && 'earlier_violation',
    facts.is_unproved && 'unproved',
    facts.arguments.some((name) => COMMAND.test(name)) && 'written_command',
  ];
  return applying.filter((factor): factor is RiskFactor => typeof factor === 'string');
}

function toDoubt(confidence: number | null): RiskFactor | undefined {
  if (confidence === null || confidence >= 0.6) return undefined;
  return confidence < 0.3 ? 'very_low_confidence' : 'low_confidence';
}
