import { type Decision, type Match, toExplanation } from '@mission-control/policy/evaluate';
import type { Run } from '../runs/run.ts';
import type { GovernedCall, Ruling } from './gate.ts';

const MAX_MATCHED = 3_500;
const MAX_VALUE = 200;
const OWN = ['capability', 'control'];

/** A decision as it is told: with nothing in it that may not leave the process. */
export interface Account {
  verdict: 'block' | 'require_approval' | 'warn' | 'would_have';
  rule: string;
  mode: 'enforce' | 'monitor';
  severity: string | undefined;
  matched: unknown[];
  explanation: string;
  degraded: boolean;
}

/** What is told of a ruling that is not a plain allow. */
export function toAccount(run: Run, call: GovernedCall, ruling: Ruling): Account {
  const view = toView(run, call);
  const matched = showMatches(run, call, ruling.decision, view);
  const { verdict, decided_by } = ruling.decision;
  const decisive = matched.find(({ rule }) => rule === decided_by) ?? findStrictest(matched);
  const decision = { ...ruling.decision, matched, decided_by: decisive?.rule ?? decided_by };
  return {
    verdict: verdict === 'allow' ? 'would_have' : verdict,
    rule: toRule(decision, decisive),
    mode: verdict === 'allow' ? 'monitor' : 'enforce',
    severity: decisive && run.agent.rulebook?.severities.get(decisive.rule),
    matched: cut(matched),
    explanation: ruling.explanation ?? toExplanation(decision, { name: call.name, args: view }),
    degraded: ruling.degraded,
  };
}

const STRICTNESS = { allow: 0, warn: 1, require_approval: 2, block: 3 };

const findStrictest = (matched: readonly Match[]): Match | undefined =>
  matched.toSorted((a, b) => STRICTNESS[b.verdict] - STRICTNESS[a.verdict])[0];

/** What no policy decided is named by its code. */
const toRule = ({ decided_by }: Decision, decisive: Match | undefined): string =>
  decisive && OWN.includes(decisive.rule) ? decisive.code : (decided_by ?? 'none');

/** The arguments as they may be shown. */
export const toView = ({ agent }: Run, { args, name }: GovernedCall): unknown =>
  agent.redactor.redactJson(args, { tool: name, part: 'args' }).value;

/** Values that a rule quotes are taken from the view: where redaction left nothing to quote, nothing is quoted. */
function showMatches(run: Run, call: GovernedCall, { matched }: Decision, view: unknown): readonly Match[] {
  if (view === call.args || !run.agent.rulebook) return matched;
  const shown = run.agent.rulebook.engine.explain({ ...call, args: view }, { at: Date.now() }).matched;
  return matched.map((match) => {
    const same = shown.find(({ rule, code }) => rule === match.rule && code === match.code);
    return {
      ...match,
      failed: match.failed.map(({ actual: _, ...leaf }) => {
        const seen = same?.failed.find(({ path, op }) => path === leaf.path && op === leaf.op);
        return { ...leaf, actual: seen ? seen.actual : '[redacted]' };
      }),
    };
  });
}

/** Fits what a line of telemetry may hold. */
function cut(matched: readonly Match[]): unknown[] {
  const told = matched.map((match) => ({ ...match, failed: match.failed.map(cutLeaf) }));
  while (told.length > 1 && JSON.stringify(told).length > MAX_MATCHED) told.pop();
  return JSON.stringify(told).length > MAX_MATCHED ? told.map((match) => ({ ...match, failed: [] })) : told;
}

function cutLeaf({ expected, actual, ...leaf }: Match['failed'][number]): Match['failed'][number] {
  return { ...leaf, expected: cutValue(expected), ...(actual === undefined ? {} : { actual: cutValue(actual) }) };
}

function cutValue(value: unknown): unknown {
  const text = JSON.stringify(value) ?? '';
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : value;
}
