import type { CapabilityCall } from '@mission-control/policy';
import type { Decision } from '@mission-control/policy/evaluate';
import { askPeople, consume } from '../approvals/ask.ts';
import type { Approved } from '../approvals/likes.ts';
import type { Client } from '../client.ts';
import { nowMicros } from '../clock.ts';
import { Blocked } from '../errors.ts';
import type { Reservation } from '../leases/reservations.ts';
import { type Price, toCost, UNITS_PER_DOLLAR } from '../leases/spending.ts';
import type { Run } from '../runs/run.ts';
import type { StepClosing } from '../runs/step.ts';
import { safely, warnOnce } from '../safely.ts';
import type { Tokens } from '../wire.ts';
import { type Account, toAccount } from './account.ts';
import { reserve } from './budgets.ts';
import { toFacts } from './facts.ts';
import { decide, failModeOf, type GovernedCall, pastOf, type Ruling, toBlock } from './gate.ts';
import { askForTool } from './probe.ts';
import { type Governable, record } from './record.ts';

/** Leave to go on, under what conditions. */
export interface Permit {
  decision: Decision;
  /** What the call must be changed to. */
  transform?: Decision['transform'];
}

/**
 * Asks whether a step may happen, before it does: state, declaration, breakers, rules, approvals, limits, in that order.
 * What is not a plain allow is recorded with its context. Throws {@link Blocked} where it may not, `ApprovalDenied`
 * where people said no; waits only where people or the server must be asked.
 */
export function govern(client: Client, step: Governable, call: GovernedCall): Permit | Promise<Permit> {
  const asking = askForTool(client, step.run, call);
  return asking === undefined ? pass(client, step, call) : asking.then(() => pass(client, step, call));
}

function pass(client: Client, step: Governable, call: GovernedCall): Permit | Promise<Permit> {
  const facts = safely('the facts of a run', () => toFacts(step.run, call));
  const governed = facts ? { ...call, ctx: facts } : call;
  const ruling = judge(client, step, governed);
  assertStores(client, step, governed);
  if (ruling.decision.verdict !== 'require_approval') return admit(client, step, governed, ruling);
  return goOnWithPeople(client, step, governed, ruling);
}

/** Asks whether a declared store or another agent may be touched. Throws {@link Blocked}; nobody is asked. */
export function assertTouchable(client: Client, step: Governable, touch: Touch): void {
  assertDeclared(client, step, touch);
  if (touch.kind !== 'store') return;
  const stores = { [touch.side ?? 'read']: [touch.name] };
  const call: GovernedCall = { kind: 'store', name: touch.tool ?? touch.name, args: touch.args, stores };
  const ruling = judge(client, step, call);
  if (ruling.decision.verdict === 'require_approval')
    throw refuse(client, step, call, { ...ruling, decision: { ...ruling.decision, verdict: 'block' } });
}

export interface Touch {
  kind: 'store' | 'subagent';
  name: string;
  args: unknown;
  /** Of a store: what is done to it, and by which tool. */
  side?: 'read' | 'write';
  tool?: string;
}

/** Decides and records. Throws when it is a block; what people must decide is recorded when they have. */
function judge(client: Client, step: Governable, call: GovernedCall, grants?: ReadonlySet<string>): Ruling {
  const ruling = tryDecide(client, step, call, grants);
  const { verdict, matched, stage } = ruling.decision;
  if (verdict === 'block') throw refuse(client, step, call, ruling);
  if (verdict === 'require_approval' || matched.length === 0) return ruling;
  // Near a limit every call would say so again.
  if (stage === 'limit' && isRepeated(step, ruling.decision.decided_by ?? '')) return ruling;
  record(client, step, call, toAccount(step.run, call, ruling));
  return ruling;
}

function isRepeated({ run }: Governable, warning: string): boolean {
  if (run.warned.has(warning)) return true;
  run.warned.add(warning);
  return false;
}

/** A fault of ours is no permission, unless the agent was told to go on without us. */
function tryDecide(
  { metrics, contact, settings }: Client,
  { run }: Governable,
  call: GovernedCall,
  grants?: ReadonlySet<string>,
): Ruling {
  try {
    return metrics.timeCheck(() => decide({ run, contact, settings, call, grants }));
  } catch (error) {
    warnOnce(`deciding about a call failed: ${String(error)}`);
    const explanation = `Mission Control's SDK failed to decide about ${call.name}: ${String(error)}`;
    const isOpen = failModeOf(run.agent, settings) === 'fail_open';
    return { decision: isOpen ? OPEN : toBlock('sdk.error'), degraded: true, explanation };
  }
}

const OPEN: Decision = { verdict: 'allow', stage: 'allow', decided_by: null, matched: [] };

/** Records a block; the error is for the caller. */
function refuse(client: Client, step: Governable, call: GovernedCall, ruling: Ruling): Blocked {
  const account = toAccount(step.run, call, ruling);
  const violationId = record(client, step, call, account);
  step.violation = violationId;
  return new Blocked({ violationId, rule: account.rule, explanation: account.explanation });
}

/** People decide, once or again when the rules changed meanwhile; what they allowed is used up just before the call. */
async function goOnWithPeople(client: Client, step: Governable, call: GovernedCall, first: Ruling): Promise<Permit> {
  const approved: Approved[] = [];
  let ruling = first;
  while (ruling.decision.verdict === 'require_approval') {
    approved.push(await askPeople(client, step, call, ruling));
    ruling = judge(client, step, call, new Set(approved.flatMap(({ rules }) => rules)));
  }
  const permit = await admit(client, step, call, ruling);
  for (const one of approved) await consume(client, step, call, one);
  return permit;
}

/** The last stage: what others share is reserved, then the way is free and what it costs is counted. */
function admit(client: Client, step: Governable, call: GovernedCall, { decision }: Ruling): Permit | Promise<Permit> {
  const reservation = reserve(client, step, call, decision);
  return reservation instanceof Promise
    ? reservation.then((given) => toPermit(client, step, call, { decision, reservation: given }))
    : toPermit(client, step, call, { decision, reservation });
}

function toPermit(
  client: Client,
  step: Governable,
  call: GovernedCall,
  { decision, reservation }: { decision: Decision; reservation: Reservation | undefined },
): Permit {
  const { tally } = step.run;
  if (call.kind === 'tool') tally.used.tool_calls++;
  if (call.kind === 'model') tally.used.llm_calls++;
  if (call.prompt && step.run.agent.rulebook?.needs.context) void client.leases.prices.ask(call.prompt);
  const since = step.run.agent.rulebook?.watched.length ? nowMicros() : 0;
  step.settle = (closing) => settle(client, step, call, { closing, reservation, since });
  const most = reservation?.maxTokens ?? Number.POSITIVE_INFINITY;
  const transform = most < (call.maxTokens ?? Number.POSITIVE_INFINITY) ? { max_tokens: most } : decision.transform;
  return { decision, ...(transform && { transform }) };
}

interface Ending {
  closing: StepClosing;
  reservation: Reservation | undefined;
  /** When the call began, in microseconds; 0 where no breaker asks. */
  since: number;
}

function settle(
  client: Client,
  { run }: Governable,
  call: GovernedCall,
  { closing, reservation, since }: Ending,
): void {
  const { tokens, status } = closing;
  reservation?.settle(tokens);
  if (call.prompt && tokens) addCost(run.tally, client.leases.prices.find(call.prompt) ?? undefined, tokens);
  run.tally.used.tokens += (tokens?.input ?? 0) + (tokens?.output ?? 0);
  if (run.agent.rulebook?.needs.past) run.agent.rulebook.engine.record(pastOf(run), call, status !== 'ok');
  if (since > 0) countForBreakers(run, call, closing, since);
}

/** What was ended from outside says nothing of the tool. */
function countForBreakers({ agent }: Run, { kind, name }: GovernedCall, { status }: StepClosing, since: number): void {
  if ((kind !== 'tool' && kind !== 'model') || status === 'cancelled') return;
  const call = { tool: name, isTool: kind === 'tool', hasFailed: status !== 'ok', took: (nowMicros() - since) / 1_000 };
  agent.ownBreakers.count(agent.rulebook?.watched ?? [], call, Date.now());
}

/** What a run costs is known as long as every price is. */
function addCost(tally: Run['tally'], price: Price | undefined, tokens: Tokens): void {
  if (!price) tally.costUsd = undefined;
  else if (tally.costUsd !== undefined) tally.costUsd += toCost(price, tokens) / UNITS_PER_DOLLAR;
}

function assertStores(client: Client, step: Governable, { kind, name, args, stores }: GovernedCall): void {
  if (kind !== 'tool' || !stores) return;
  for (const store of [...(stores.read ?? []), ...(stores.write ?? [])])
    assertDeclared(client, step, { kind: 'store', name: store, args, tool: name });
}

function assertDeclared(client: Client, step: Governable, touch: Touch): void {
  const { run } = step;
  const call: CapabilityCall = { kind: touch.kind, name: touch.name };
  const found = safely('a capability check', () => run.agent.check?.(call));
  if (!found || found.verdict === 'allow') return;
  const account: Account = {
    verdict: found.verdict,
    rule: found.code,
    mode: found.verdict === 'block' ? 'enforce' : 'monitor',
    severity: undefined,
    matched: [{ rule: found.code, mode: found.verdict === 'block' ? 'enforce' : 'monitor', verdict: 'block' }],
    explanation: found.explanation,
    degraded: false,
  };
  const violationId = record(client, step, { kind: 'store', name: touch.name, args: touch.args }, account);
  if (found.verdict === 'would_have') return;
  step.violation = violationId;
  throw new Blocked({ violationId, rule: found.code, explanation: found.explanation });
}
