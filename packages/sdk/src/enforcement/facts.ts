import type { Run } from '../runs/run.ts';
import type { GovernedCall } from './gate.ts';

const EFFECTS: Record<string, number> = { read: 0.05, idempotent_write: 0.25, non_idempotent: 0.45 };
const EXTERNAL = 0.15;
const UNSURE = 0.15;
const VERY_UNSURE = 0.3;
const EARLIER_VIOLATION = 0.25;

/** What rules may ask of the run at this moment; undefined when none asks. What is not known is left out. */
export function toFacts(run: Run, call: GovernedCall): Record<string, unknown> | undefined {
  if (!run.agent.rulebook?.needs.context) return undefined;
  const { used, costUsd } = run.tally;
  const { tokens, tool_calls } = used;
  const confidence = findConfidence(call) ?? run.confidence;
  const { risk } = toRisk(run, call, confidence);
  return {
    ...{ tokens, tool_calls, risk },
    ...(confidence === undefined ? {} : { confidence }),
    ...(costUsd === undefined ? {} : { cost_usd: costUsd }),
  };
}

/** An answer may say itself how sure it is. */
function findConfidence({ kind, args }: GovernedCall): number | undefined {
  if (kind !== 'output' && kind !== 'task_end') return undefined;
  const { confidence } = (typeof args === 'object' && args !== null ? args : {}) as { confidence?: unknown };
  return typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : undefined;
}

/** The part of the risk that is known in the process: `1 − Π(1 − w)` over what applies, each with its weight. */
export function toRisk(
  run: Run,
  { kind, effect = 'non_idempotent', external }: GovernedCall,
  confidence = run.confidence,
): { risk: number; factors: Record<string, number> } {
  const factors: Record<string, number> = {};
  if (kind === 'tool' && EFFECTS[effect] !== undefined) factors.side_effect = EFFECTS[effect];
  if (external) factors.external = EXTERNAL;
  if (confidence !== undefined && confidence < 0.6) factors.confidence = confidence < 0.3 ? VERY_UNSURE : UNSURE;
  if (run.violations > 0) factors.earlier_violation = EARLIER_VIOLATION;
  const safe = Object.values(factors).reduce((product, weight) => product * (1 - weight), 1);
  return { risk: Math.round((1 - safe) * 1_000) / 1_000, factors };
}
