import { type Capability, createCapabilityCheck } from '../capability.ts';
import type { Ir, Verdict } from '../ir.ts';
import { mergeApprovals } from './approvals.ts';
import { type Call, type Decision, type Match, type Past, type Situation, STAGES, type Stage } from './call.ts';
import { FALSE } from './conditions/truth.ts';
import { createJudge, type Finding, type Judge } from './judge.ts';
import { type LoadedRule, loadRules } from './rules.ts';

const MAX_NAMES = 1_024;
const STRICTNESS: Record<Verdict, number> = { allow: 0, warn: 1, require_approval: 2, block: 3 };
const PLACES = Object.fromEntries(STAGES.map((stage, i) => [stage, i])) as Record<Stage, number>;
const ALLOW: Decision = Object.freeze({ verdict: 'allow', stage: 'allow', decided_by: null, matched: [] });

export interface EngineOptions {
  policies: readonly Ir[];
  capability?: Capability;
  /** How explanations name the agent. */
  agent?: string;
}

export interface Engine {
  /** Decides a call. Pure: the same call in the same situation is decided alike. */
  decide(call: Call, situation: Situation): Decision;
  /** All that any rule says of a call, also what an earlier stage made moot. */
  explain(call: Call, situation: Situation): Decision;
  /** Of a run that begins, or goes on under other versions of its policies: `before` is what it has done. */
  createPast(before?: Past): Past;
  /** Keeps what a call means for later ones. One that failed has not done what `require` asks for, and may have done what `forbid` is about. */
  record(past: Past, call: Call, hasFailed?: boolean): void;
}

interface Judged {
  loaded: LoadedRule;
  judge: Judge;
}

/** Makes the decision of an agent's calls by its policies and declarations, in the order of stages that policies have. */
export function createEngine({ policies, capability, agent = 'This agent' }: EngineOptions): Engine {
  const rules = loadRules(policies);
  const judged = rules.flatMap((loaded): Judged[] => {
    const judge = createJudge(loaded);
    return judge ? [{ loaded, judge }] : [];
  });
  const sequences = rules.filter(({ sequence }) => sequence);
  const names = sequences.map(({ ref }) => ref.replace(/@\d+:/, ':'));
  const listRules = createRuleIndex(judged);
  const listClosed = createClosedIndex(rules);
  const byRef = new Map(rules.map((loaded) => [loaded.ref, loaded]));
  const maxTokens = findCap(rules);
  const check = capability && createCapabilityCheck(capability, agent);

  const decideWith = (call: Call, situation: Situation, isWhole: boolean): Decision => {
    const matches = findEarly(call, situation, check);
    if (isWhole || !isBlocked(matches)) {
      if (call.kind === 'tool') addClosed(matches, listClosed(call.name), situation);
      for (const { loaded, judge } of listRules(call)) addFinding(matches, loaded, judge(call, situation), situation);
    }
    const decision = matches.length === 0 ? ALLOW : toDecision(matches, byRef);
    return call.kind === 'model' ? withCap(decision, maxTokens, call) : decision;
  };
  return {
    decide: (call, situation) => decideWith(call, situation, false),
    explain: (call, situation) => decideWith(call, situation, true),
    createPast(before) {
      const seen = names.map((name) => before?.seen[before.rules.indexOf(name)] ?? 0);
      return { seen: Uint8Array.from(seen), rules: names };
    },
    record(past, call, hasFailed = false) {
      if (call.kind !== 'tool') return;
      for (const { rule, sequence } of sequences) {
        const isUndone = hasFailed && rule.kind === 'sequence' && rule.form === 'require';
        if (isUndone || !sequence?.isFirst(call.name)) continue;
        const facts = { args: call.args, ctx: { tool: call.name, ...call.ctx } };
        const truth = sequence.firstWhere?.test(facts);
        if (truth !== FALSE) past.seen[sequence.bit] = 1;
      }
    },
  };
}

/** The rules that may say something of a call, by its name: tools repeat for ever. */
function createRuleIndex(judged: readonly Judged[]): (call: Call) => readonly Judged[] {
  const others = judged.filter(({ loaded }) => loaded.rule.kind !== 'tools');
  const byName = new Map<string, readonly Judged[]>();
  return ({ kind, name }) => {
    if (kind !== 'tool') return others;
    const known = byName.get(name);
    if (known) return known;
    const found = judged.filter(({ loaded }) => isConcerned(loaded, name));
    if (byName.size >= MAX_NAMES) byName.clear();
    byName.set(name, found);
    return found;
  };
}

function isConcerned({ rule, isAbout, isDenied, sequence }: LoadedRule, name: string): boolean {
  if (rule.kind === 'models') return false;
  if (sequence) return sequence.isGuarded(name);
  return rule.kind !== 'tools' || isAbout(name) || isDenied?.(name) === true;
}

/** The first opening rule of each policy that opens some tools and not this one. */
function createClosedIndex(rules: readonly LoadedRule[]): (name: string) => readonly LoadedRule[] {
  const policies = [...new Set(rules.map(({ policy }) => policy))].flatMap(({ openers }) => {
    const tools = openers.filter(({ rule }) => rule.kind === 'tools');
    const strict = tools.filter(({ rule }) => rule.mode === 'enforce');
    return tools.length === 0 ? [] : [{ tools, strict }];
  });
  const byName = new Map<string, readonly LoadedRule[]>();
  return (name) => {
    const known = byName.get(name);
    if (known) return known;
    const found = policies.flatMap(({ tools, strict }) => {
      const isOpen = tools.some(({ isAllowed }) => isAllowed?.(name) === true);
      const closing = strict.length > 0 ? strict : tools;
      return isOpen ? [] : closing.slice(0, 1);
    });
    if (byName.size >= MAX_NAMES) byName.clear();
    byName.set(name, found);
    return found;
  };
}

function findEarly(
  call: Call,
  { control }: Situation,
  check: ReturnType<typeof createCapabilityCheck> | undefined,
): Match[] {
  if (control) return [toMatch(control === 'killed' ? 'control.killed' : 'control.paused', 'control', 'enforce')];
  if (!check || (call.kind !== 'tool' && call.kind !== 'model')) return [];
  const decision = check({ kind: call.kind, name: call.name });
  if (decision.verdict === 'allow') return [];
  const match = toMatch(decision.code, 'capability', decision.verdict === 'block' ? 'enforce' : 'monitor');
  return [{ ...match, message: decision.explanation }];
}

const toMatch = (code: string, stage: 'control' | 'capability', mode: Match['mode']): Match => ({
  ...{ rule: stage, line: 0, col: 0, scope: 'agent', mode, verdict: 'block', stage, code, failed: [] },
});

const isBlocked = (matches: readonly Match[]): boolean =>
  matches.some(({ mode, verdict }) => mode === 'enforce' && verdict === 'block');

function addClosed(matches: Match[], closed: readonly LoadedRule[], situation: Situation): void {
  for (const loaded of closed)
    addFinding(matches, loaded, { stage: 'deny', verdict: 'block', code: 'tools.allow', failed: [] }, situation);
}

function addFinding(matches: Match[], loaded: LoadedRule, finding: Finding | undefined, situation: Situation): void {
  const { rule, ref, scope, untilMs } = loaded;
  if (!finding || untilMs <= situation.at || situation.exceptions?.has(ref)) return;
  if (finding.verdict === 'require_approval' && situation.grants?.has(ref)) return;
  const { id: _, line, col, mode, message } = rule;
  matches.push({ rule: ref, line, col, scope, mode, ...finding, ...(message === undefined ? {} : { message }) });
}

function toDecision(matches: readonly Match[], rules: ReadonlyMap<string, LoadedRule>): Decision {
  const orderOf = ({ rule }: Match) => rules.get(rule)?.order ?? -1;
  const ordered = matches.toSorted((a, b) => PLACES[a.stage] - PLACES[b.stage] || orderOf(a) - orderOf(b));
  const counted = ordered.filter(({ mode }) => mode === 'enforce');
  const first = counted.find(({ verdict }) => verdict === 'block') ?? findStrictest(counted);
  if (!first || first.verdict === 'allow') return { ...ALLOW, matched: ordered };
  const { verdict, stage, rule } = first;
  const decision: Decision = { verdict, stage, decided_by: rule, matched: ordered };
  if (verdict === 'block') return decision;
  const approval = verdict === 'require_approval' && mergeApprovals(counted, rules);
  return approval ? { ...decision, approval } : decision;
}

const findStrictest = (matches: readonly Match[]): Match | undefined =>
  matches.reduce<Match | undefined>(
    (best, match) => (best && STRICTNESS[best.verdict] >= STRICTNESS[match.verdict] ? best : match),
    undefined,
  );

/** The smallest cap on what models answer; infinity when there is none. */
const findCap = (rules: readonly LoadedRule[]): number =>
  Math.min(
    ...rules.flatMap(({ rule }) =>
      rule.kind === 'models' && rule.mode === 'enforce' ? (rule.max_output_tokens ?? []) : [],
    ),
  );

function withCap(decision: Decision, cap: number, { maxTokens = Number.POSITIVE_INFINITY }: Call): Decision {
  return decision.verdict !== 'block' && cap < maxTokens ? { ...decision, transform: { max_tokens: cap } } : decision;
}
