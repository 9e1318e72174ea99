/** What the policies of a bundle say of a tool call, and what a run has done before it. */
import { createEngine, toExplanation } from './evaluate.gen.mjs';

const MAX_RUNS = 1_000;
const MAX_MATCHED = 3_500;
/** What a gateway takes: it refuses longer texts, and cuts longer times. */
const MAX_TITLE = 80;
const MAX_DESCRIPTION = 512;
const MAX_ASKS = 400;
const MAX_TIMEOUT_S = 600;

/** Decides calls by the bundles of agents; keeps what runs have done as long as the gateway runs. */
export function createRules() {
  /** By bundle, which is never changed. */
  const books = new WeakMap();
  const runs = new Map();

  const bookOf = (bundle) => {
    const known = books.get(bundle) ?? createBook(bundle);
    books.set(bundle, known);
    return known;
  };
  /** The run's past under these policies, and how many tools it has called. */
  const runOf = (engine, runId = 'none') => {
    const before = runs.get(runId);
    if (before?.engine === engine) return before;
    const run = { engine, past: engine.createPast(before?.past), calls: before?.calls ?? 0 };
    runs.set(runId, run);
    if (runs.size > MAX_RUNS) runs.delete(runs.keys().next().value);
    return run;
  };

  return {
    /** Undefined lets the call go on unsaid, else `{ verdict, rule_ref, code, mode, matched, explanation, approval }`. */
    decide(call, bundle, at) {
      const book = bookOf(bundle);
      const run = runOf(book.engine, call.runId);
      const asked = { kind: 'tool', name: call.tool, args: call.args, ctx: { tool_calls: run.calls } };
      const decision = book.engine.decide(asked, toSituation(book, bundle, { at, run, tool: call.tool }));
      if (decision.verdict !== 'block') run.calls++;
      return decision.matched.length === 0 ? undefined : toRuling(decision, asked);
    },
    /** A call is over. */
    record({ runId, tool, args, hasFailed }, bundle) {
      const { engine } = bookOf(bundle);
      engine.record(runOf(engine, runId).past, { kind: 'tool', name: tool, args }, hasFailed);
    },
  };
}

/**
 * What a person who is asked reads; the last words tell Mission Control whom its rules want to ask. Undefined where a
 * gateway has no room for them all: a rule that is left out would have asked nobody.
 */
export function toQuestion({ explanation, rules, approval }, tool) {
  const asks = `\nMission Control asks by ${rules.join(', ')}`;
  if (asks.length > MAX_ASKS) return undefined;
  return {
    title: `Approve ${tool}?`.slice(0, MAX_TITLE),
    description: `${explanation.slice(0, MAX_DESCRIPTION - asks.length)}${asks}`,
    severity: 'warning',
    timeoutMs: Math.min((approval?.timeout_s ?? MAX_TIMEOUT_S) * 1_000, MAX_TIMEOUT_S * 1_000),
    allowedDecisions: ['allow-once', 'deny'],
  };
}

const withoutVersion = (ref) => ref.replace(/@\d+:/, ':');

/** Policies made ready, with their rules by name. */
function createBook({ policies = [], agent_slug: agent }) {
  const rules = policies.flatMap(({ policy, rules: own }) =>
    own.map((rule) => ({ ref: `${policy.name}@${policy.version}:${rule.id}`, rule })),
  );
  return { engine: createEngine({ policies, agent }), rules };
}

function toSituation({ rules }, { control, exceptions = [], breakers = [] }, { at, run, tool }) {
  const spared = new Set(
    exceptions.filter(({ until }) => Date.parse(until) > at).map(({ rule }) => withoutVersion(rule)),
  );
  const open = breakers.filter(({ state }) => state === 'open').map(({ key }) => withoutVersion(key));
  const isOpen = ({ ref, rule }) =>
    rule.action === 'block_tool' &&
    open.some((key) => key.startsWith(`${withoutVersion(ref)}|`) && isAbout(rule, key, tool));
  const usage = { tool_calls: run.calls };
  const limits = rules.filter(({ rule }) => rule.kind === 'limits' && rule.per === 'run');
  return {
    at,
    past: run.past,
    ...(control.kill ? { control: 'killed' } : {}),
    exceptions: new Set(rules.filter(({ ref }) => spared.has(withoutVersion(ref))).map(({ ref }) => ref)),
    openBreakers: new Set(rules.filter(isOpen).map(({ ref }) => ref)),
    usage: new Map(limits.map(({ ref }) => [ref, usage])),
  };
}

const isAbout = (rule, key, tool) => rule.scope !== 'tool' || key.slice(key.lastIndexOf('|') + 1) === tool;

const STRICTNESS = { allow: 0, warn: 1, require_approval: 2, block: 3 };

function toRuling(decision, call) {
  const { verdict, decided_by, matched, approval } = decision;
  const decisive =
    matched.find(({ rule }) => rule === decided_by) ??
    matched.toSorted((a, b) => STRICTNESS[b.verdict] - STRICTNESS[a.verdict])[0];
  const told = matched.slice();
  while (told.length > 1 && JSON.stringify(told).length > MAX_MATCHED) told.pop();
  return {
    verdict,
    rule_ref: decisive.rule.includes('@') ? decisive.rule : null,
    code: decisive.rule.includes('@') ? `policy.${decisive.code.split('.')[0]}` : decisive.code,
    mode: verdict === 'allow' ? 'monitor' : 'enforce',
    matched: JSON.stringify(told).length > MAX_MATCHED ? [] : told,
    explanation: toExplanation({ ...decision, decided_by: decisive.rule }, call),
    rules: matched.filter((match) => match.verdict === 'require_approval').map(({ rule }) => rule),
    approval,
  };
}
