import { createEngine, HIDDEN, type Ir, type Rule, type Verdict } from '@mission-control/policy/evaluate';

/** A recorded decision that a rule of the policy had a part in. */
export interface RecordedDecision {
  violation_id: string;
  agent_id: string;
  agent_slug: string;
  tool: string | null;
  ts: string;
  rule: string;
  verdict: Exclude<Verdict, 'allow'>;
  /** Whether it was held, or only recorded. */
  was_held: boolean;
  /** A payload value of the telemetry protocol: `{v, fid?}`, or one that says why the arguments are not there. */
  args_view: unknown;
}

/** The version that is to hold. */
export interface OtherVersion {
  ir: Ir;
  /** Rules that say the same in both versions, but for their mode. */
  same: ReadonlySet<string>;
}

export interface Flip {
  violation_id: string;
  agent_id: string;
  agent_slug: string;
  tool: string | null;
  ts: string;
  rule: string;
  was: Verdict;
  would_be: Verdict;
}

export interface Flips {
  flips: Flip[];
  /** How many could not be told: the arguments are not kept in full, or the rule depends on what came before. */
  undecidable: number;
}

/** Which of these decisions another version would make differently. */
export function findFlips(decisions: readonly RecordedDecision[], other: OtherVersion): Flips {
  const judge = createJudge(other);
  const found: Flips = { flips: [], undecidable: 0 };
  for (const { verdict, was_held, args_view, ...decision } of decisions) {
    const was = was_held ? verdict : 'allow';
    const would_be = judge({ verdict, was_held, args_view, ...decision });
    if (would_be === undefined) found.undecidable++;
    else if (would_be !== was) found.flips.push({ ...decision, was, would_be });
  }
  return found;
}

function createJudge({ ir, same }: OtherVersion) {
  const rules = new Map(ir.rules.map((rule) => [rule.id, rule]));
  const { decide } = createEngine({ policies: [{ ...ir, rules: ir.rules.filter(isAboutTools) }] });
  return ({ rule: id, verdict, tool, args_view, ts }: RecordedDecision): Verdict | undefined => {
    const rule = rules.get(id);
    if (!rule) return 'allow';
    if (same.has(id)) return rule.mode === 'enforce' ? verdict : 'allow';
    if (!isAboutTools(rule) || tool === null) return undefined;
    const decision = decide({ kind: 'tool', name: tool, args: toArguments(args_view) }, { at: Date.parse(ts) });
    return decision.matched.some(({ unknown }) => unknown) ? undefined : decision.verdict;
  };
}

/** Of all rules only these need nothing but the call. */
const isAboutTools = ({ kind }: Rule): boolean => kind === 'tools';

/** The arguments, if they were kept as they were. */
function toArguments(payload: unknown): unknown {
  const isWhole = typeof payload === 'object' && payload !== null && 'v' in payload && !('fid' in payload);
  return isWhole ? payload.v : HIDDEN;
}
