import type { Verdict } from '../ir.ts';
import type { Call, Situation, Stage, Usage } from './call.ts';
import type { Facts, FailedLeaf } from './conditions/expressions.ts';
import { FALSE, TRUE, type Truth, UNKNOWN } from './conditions/truth.ts';
import type { LoadedRule } from './rules.ts';
import { isSupported } from './supported.ts';

/** What one rule says of a call. */
export interface Finding {
  stage: Stage;
  verdict: Verdict;
  code: string;
  failed: FailedLeaf[];
  unknown?: true;
}

/** What a finding says besides when its condition could not be told. */
const toUnknown = (truth: Truth | undefined): { unknown?: true } => (truth === UNKNOWN ? { unknown: true } : {});

export type Judge = (call: Call, situation: Situation) => Finding | undefined;

/**
 * Makes what a rule says of calls; undefined where it has nothing against one. What cannot be told is never permission:
 * it counts as violated in `where`, and as met in `deny`, `forbid` and `when`.
 */
export function createJudge(loaded: LoadedRule): Judge | undefined {
  if (!isSupported(loaded.rule)) return () => ({ stage: 'deny', verdict: 'block', code: 'ir.unsupported', failed: [] });
  switch (loaded.rule.kind) {
    case 'tools':
      return judgeTools(loaded);
    case 'data':
      return judgeData(loaded);
    case 'models':
      return judgeModels(loaded);
    case 'sequence':
      return judgeSequence(loaded);
    case 'escalate':
      return judgeEscalation(loaded);
    case 'limits':
      return judgeLimits(loaded);
    case 'breaker':
      return judgeBreaker(loaded);
    default:
      return undefined; // concurrency is held by leases
  }
}

const toFacts = (call: Call): Facts => ({ args: call.args, ctx: { tool: call.name, ...call.ctx } });

const fails = (code: string, verdict: Verdict, failed: FailedLeaf[] = []): Finding => ({
  stage: code === 'tools.where' || code.startsWith('sequence') ? 'where' : 'deny',
  verdict,
  code,
  failed,
});

function judgeTools({ rule, isAbout, isDenied, condition }: LoadedRule): Judge | undefined {
  if (rule.kind !== 'tools') return undefined;
  const { action, match } = rule;
  const acts = condition !== undefined || (match !== undefined && match.length > 0);
  return (call) => {
    if (call.kind !== 'tool') return undefined;
    if (isDenied?.(call.name)) return fails('tools.deny', 'block');
    if (!acts || !isAbout(call.name)) return undefined;
    const facts = { args: call.args, ctx: call.ctx };
    const truth = condition?.test(facts);
    if (truth === TRUE) return undefined;
    return { ...fails('tools.where', action, condition?.findFailed(facts) ?? []), ...toUnknown(truth) };
  };
}

function judgeData({ data }: LoadedRule): Judge {
  const isIn = (list: readonly string[] | undefined, is: ((name: string) => boolean) | undefined) =>
    list?.find((store) => is?.(store) === true);
  const isOut = (list: readonly string[] | undefined, is: ((name: string) => boolean) | undefined) =>
    is && list?.find((store) => !is(store));
  return ({ stores }) => {
    if (!stores) return undefined;
    const denied = isIn(stores.read, data?.isDenied) ?? isIn(stores.write, data?.isDenied);
    if (denied !== undefined) return fails('data.deny', 'block', [toStoreLeaf(denied, 'not in the denied stores')]);
    const read = isOut(stores.read, data?.isRead);
    if (read !== undefined) return fails('data.read', 'block', [toStoreLeaf(read, 'in the stores to read')]);
    const written = isOut(stores.write, data?.isWritten);
    return written === undefined
      ? undefined
      : fails('data.write', 'block', [toStoreLeaf(written, 'in the stores to write')]);
  };
}

const toStoreLeaf = (store: string, expected: string): FailedLeaf => ({
  path: 'store',
  op: 'in',
  expected,
  actual: store,
});

function judgeModels({ isAllowed, isDenied }: LoadedRule): Judge {
  return ({ kind, name }) => {
    if (kind !== 'model') return undefined;
    if (isDenied?.(name)) return fails('models.deny', 'block');
    return isAllowed && !isAllowed(name) ? fails('models.allow', 'block') : undefined;
  };
}

function judgeSequence({ rule, sequence }: LoadedRule): Judge | undefined {
  if (rule.kind !== 'sequence' || !sequence) return undefined;
  const { bit, isGuarded, guardedWhere } = sequence;
  const needsPast = rule.form === 'require';
  return (call, { past }) => {
    if (call.kind !== 'tool' || !isGuarded(call.name) || (past?.seen[bit] === 1) === needsPast) return undefined;
    const truth = guardedWhere?.test(toFacts(call));
    return truth === FALSE ? undefined : { ...fails(`sequence.${rule.form}`, 'block'), ...toUnknown(truth) };
  };
}

const MOMENTS: Record<Call['kind'], string> = {
  ...{ tool: 'tool', model: '', store: '' },
  ...{ output: 'output', task_end: 'task_end' },
};

function judgeEscalation({ rule, condition }: LoadedRule): Judge | undefined {
  if (rule.kind !== 'escalate') return undefined;
  return (call) => {
    if (MOMENTS[call.kind] !== rule.before) return undefined;
    const facts = toFacts(call);
    const truth = condition?.test(facts);
    if (truth === FALSE) return undefined;
    return { stage: 'approval', verdict: 'require_approval', code: 'escalate.when', failed: [], ...toUnknown(truth) };
  };
}

const LIMITS = ['tokens', 'cost_usd', 'tool_calls', 'llm_calls', 'duration_ms'] as const;
const EXCEEDED: Record<string, Verdict> = {
  block: 'block',
  pause: 'block',
  escalate: 'require_approval',
  warn: 'warn',
};

const NOTHING_USED: Usage = Object.freeze({});

function judgeLimits({ rule, ref }: LoadedRule): Judge | undefined {
  if (rule.kind !== 'limits') return undefined;
  const { warn_at, on_exceed } = rule;
  const limits = LIMITS.flatMap((name): NamedLimit[] => {
    const limit = rule[name];
    return limit === undefined ? [] : [{ name, limit, on_exceed, ...(warn_at === undefined ? {} : { warn_at }) }];
  });
  return (call, { usage }) => {
    const used = usage?.get(ref) ?? NOTHING_USED;
    for (const limit of limits) {
      const finding = judgeLimit(call, used, limit);
      if (finding) return finding;
    }
    return undefined;
  };
}

interface NamedLimit {
  name: (typeof LIMITS)[number];
  limit: number;
  warn_at?: number;
  on_exceed: string;
}

function judgeLimit(call: Call, used: Usage, { name, limit, warn_at, on_exceed }: NamedLimit): Finding | undefined {
  const before = used[name] ?? 0;
  const isCount = name === 'tool_calls' || name === 'llm_calls';
  const cost = toCost(call, name);
  // What does not count has nothing to exceed.
  if (isCount && cost === 0) return undefined;
  const after = before + cost;
  const isOver = isCount ? after > limit : before >= limit;
  const isNear = warn_at !== undefined && after >= limit * warn_at;
  if (!isOver && !isNear) return undefined;
  const verdict = isOver ? (EXCEEDED[on_exceed] ?? 'block') : 'warn';
  const failed = [{ path: name, op: 'lte', expected: limit, actual: isOver ? before : after }];
  return { stage: 'limit', verdict, code: `limits.${name}`, failed };
}

const toCost = ({ kind }: Call, name: NamedLimit['name']): number =>
  Number((name === 'tool_calls' && kind === 'tool') || (name === 'llm_calls' && kind === 'model'));

function judgeBreaker({ ref, rule }: LoadedRule): Judge {
  return (call, { openBreakers }) => {
    const isGuarded = call.kind === 'tool' || call.kind === 'model';
    if (!isGuarded || !openBreakers?.has(ref)) return undefined;
    return {
      stage: 'breaker',
      verdict: 'block',
      code: `breaker.${rule.kind === 'breaker' ? rule.watch : ''}`,
      failed: [],
    };
  };
}
