import {
  type Call,
  createEngine,
  type Decision,
  findOpener,
  HIDDEN,
  type Ir,
  type Match,
  toExplanation,
} from '@mission-control/policy/evaluate';

/** A call that something outside asks about. */
export interface RequestedCall {
  tool: string;
  /** As the tool gets them; undefined where whoever asks does not tell. */
  args: Record<string, unknown> | undefined;
}

/** What holds for the agent that would make it. */
interface RequestSituation {
  policies: readonly Ir[];
  exceptions: readonly { rule: string }[];
  isKilled: boolean;
  openBreakers: readonly string[];
  at: number;
}

/** What policies say of a request; undefined leaves it to people as if there were no policy. */
export interface RequestRuling {
  decision: 'approved' | 'rejected' | 'ask';
  /** `policy@version:rule` of those that decided, or that ask; none for the kill switch. */
  rules: string[];
  text: string;
  /** The one that rejects. */
  match?: Match;
}

/**
 * Judges a request by what is known outside of the process: no order of calls, no usage, perhaps no arguments. A block
 * that is certain rejects it; one that rests on what is not known is for people. Only a rule that opens this very call
 * approves it, and only when no other has anything against it.
 */
export function judgeRequest({ tool, args }: RequestedCall, situation: RequestSituation): RequestRuling | undefined {
  const { policies, isKilled, openBreakers, at } = situation;
  const exceptions = new Set(situation.exceptions.map(({ rule }) => rule));
  const call: Call = { kind: 'tool', name: tool, args: args ?? HIDDEN };
  const decision = createEngine({ policies }).explain(call, {
    ...{ at, exceptions, openBreakers: new Set(openBreakers) },
    ...(isKilled ? { control: 'killed' as const } : {}),
  });
  const counted = decision.matched.filter(({ mode, verdict }) => mode === 'enforce' && verdict !== 'warn');
  const blocking = counted.find((match) => match.verdict === 'block' && isCertain(match));
  if (blocking) return toRuling('rejected', [blocking], { call, decision });
  const asking = counted.filter(({ verdict }) => verdict === 'require_approval');
  const [first] = asking.length > 0 ? asking : counted;
  if (first) return toRuling('ask', asking, { call, decision: { ...decision, decided_by: first.rule } });
  const opener = findOpener(policies, call, { at, exceptions });
  if (opener === undefined) return undefined;
  return { decision: 'approved', rules: [opener], text: `Allowed: ${opener} opens this call.` };
}

/** What a run did before is not known here. */
const isCertain = ({ unknown, code }: Match): boolean => unknown !== true && !code.startsWith('sequence.');

function toRuling(
  decision: 'rejected' | 'ask',
  matches: readonly Match[],
  { call, decision: decided }: { call: Call; decision: Decision },
): RequestRuling {
  const [first] = matches;
  const args = call.args === HIDDEN ? undefined : call.args;
  const text = toExplanation(first ? { ...decided, decided_by: first.rule } : decided, { name: call.name, args });
  return {
    decision,
    rules: matches.filter(({ stage }) => stage !== 'control').map(({ rule }) => rule),
    text,
    ...(decision === 'rejected' && first ? { match: first } : {}),
  };
}
