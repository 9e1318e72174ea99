import type { Decision, Match } from '@mission-control/policy/evaluate';
import { askPeople, consume } from '../approvals/ask.ts';
import type { Client } from '../client.ts';
import { LeaseDenied } from '../errors.ts';
import type { Denial } from '../leases/budget.ts';
import type { SharedLimit } from '../leases/caps.ts';
import type { Admission, Reservation } from '../leases/reservations.ts';
import type { Run } from '../runs/run.ts';
import type { Account } from './account.ts';
import type { GovernedCall, Ruling } from './gate.ts';
import { type Governable, record } from './record.ts';

/** Budgets that people are being asked to raise, by run tree and scope: one question for all calls that wait for it. */
const asked = new Map<string, Promise<void>>();

/**
 * Reserves what a model call may use of the budgets of its agent; undefined where it has none. Where a budget is used up
 * and its rule says so, people are asked to raise it and the call waits. Throws `LeaseDenied`, `ApprovalDenied`.
 */
export function reserve(
  client: Client,
  step: Governable,
  call: GovernedCall,
  decision: Decision,
): Reservation | Promise<Reservation> | undefined {
  if (!call.prompt) return undefined;
  const maxTokens = decision.transform?.max_tokens ?? call.maxTokens;
  const admission = client.leases.admit(step.run, { ...call.prompt, maxTokens });
  if (admission && !(admission instanceof Promise) && !('denied' in admission)) return admission;
  return admission && settleDenial(client, step, call, { decision, admission });
}

interface Asked {
  decision: Decision;
  admission: Admission | Promise<Admission>;
}

async function settleDenial(
  client: Client,
  step: Governable,
  call: GovernedCall,
  { decision, admission }: Asked,
): Promise<Reservation> {
  const given = await admission;
  if (!('denied' in given)) return given;
  const { denied } = given;
  const limit = client.leases.findLiftable(step.run.agent, denied);
  if (!limit) throw deny(client, step, call, denied);
  await lift(client, step, call, { denied, limit });
  const again = await reserve(client, step, call, decision);
  if (!again) throw deny(client, step, call, denied);
  return again;
}

interface Exceeded {
  denied: Denial;
  limit: SharedLimit;
}

/** People raise the budget, or the call that asked them, and all that waited with it, are denied. */
async function lift(client: Client, step: Governable, call: GovernedCall, exceeded: Exceeded): Promise<void> {
  const key = `${step.run.rootId}:${exceeded.denied.scope}`;
  const others = asked.get(key);
  if (others !== undefined) {
    await others.catch(() => {
      throw deny(client, step, call, exceeded.denied);
    });
    return;
  }
  const question = askToLift(client, step, call, exceeded).finally(() => asked.delete(key));
  asked.set(key, question);
  await question;
}

async function askToLift(
  client: Client,
  step: Governable,
  call: GovernedCall,
  { denied, limit }: Exceeded,
): Promise<void> {
  const { scope = '', explanation, missing = 0 } = denied;
  // A pause ends for the run; an escalation is about the one call.
  const by = Math.max(missing, limit.onExceed === 'pause' ? limit.cap : 1);
  const lifting = { ...call, lift: { scope, by } };
  const ruling: Ruling = { decision: toQuestion(denied, limit), degraded: false, explanation };
  await consume(client, step, lifting, await askPeople(client, step, lifting, ruling));
  client.leases.hearLift(step.run);
}

const toQuestion = ({ kind }: Denial, { ref, cap }: SharedLimit): Decision => {
  const match: Match = {
    ...{ rule: ref, line: 0, col: 0, scope: 'agent', mode: 'enforce', verdict: 'require_approval', stage: 'limit' },
    ...{ code: `limits.${kind}`, failed: [{ path: kind, op: 'lte', expected: cap, actual: cap }] },
  };
  return { verdict: 'require_approval', stage: 'limit', decided_by: ref, matched: [match] };
};

/** Records that a budget stopped a call; the error is for the caller. */
function deny(client: Client, step: Governable, call: GovernedCall, denial: Denial): LeaseDenied {
  const { rule = 'lease.unreachable', kind, explanation, isDegraded: degraded } = denial;
  const matched = [{ rule, mode: 'enforce', verdict: 'block', stage: 'limit', code: `limits.${kind}` }];
  const account: Account = {
    ...{
      verdict: 'block',
      mode: 'enforce',
      rule,
      severity: severityOf(step.run, rule),
      matched,
      explanation,
      degraded,
    },
  };
  step.violation = record(client, step, call, account);
  return new LeaseDenied({ violationId: step.violation, rule, explanation });
}

const severityOf = ({ agent }: Run, rule: string) => agent.rulebook?.severities.get(rule);
