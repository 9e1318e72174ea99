import { randomInt } from 'node:crypto';
import { abortRuns, isAborted, signalOf } from '../channel/abort.ts';
import type { Client } from '../client.ts';
import { nowMicros } from '../clock.ts';
import { type Account, toAccount, toView } from '../enforcement/account.ts';
import { toRisk } from '../enforcement/facts.ts';
import { type GovernedCall, hasContact, type Ruling, toBlock } from '../enforcement/gate.ts';
import { type Governable, record } from '../enforcement/record.ts';
import { hashArguments } from '../enrolment/agent.ts';
import { ApprovalDenied, Blocked } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Run } from '../runs/run.ts';
import type { Step } from '../runs/step.ts';
import { sleep } from '../transport/backoff.ts';
import type { ApprovalAnswer } from './desk.ts';
import { type Approved, toPins, useLike } from './likes.ts';
import type { Pins } from './pins.ts';

const RETRY_MS = 1_000;
const DEFAULT_TIMEOUT_S = 1_800;
/** Clocks differ, and the last answer takes its time. */
const GRACE_MS = 60_000;

/**
 * Asks people about a call and waits for what they say, unless they have allowed calls like it; the wait is a step of the
 * run. Throws `Blocked` when they cannot be asked, `ApprovalDenied` when they say no or nothing.
 */
export async function askPeople(
  client: Client,
  step: Governable,
  call: GovernedCall,
  ruling: Ruling,
): Promise<Approved> {
  const account = toAccount(step.run, call, ruling);
  const rules = ruling.decision.matched.flatMap(({ verdict, mode, rule }) =>
    verdict === 'require_approval' && mode === 'enforce' ? rule : [],
  );
  const pins = toPins(step.run, call, ruling);
  const like = pins && (await useLike(client, step, call, { pins, rules, account }));
  if (like) return like;
  const id = newId(nowMicros());
  const question = toQuestion(step, call, { id, account, rules, pins });
  if (!question)
    throw stop(client, step, call, {
      account,
      why: 'its arguments have no JSON form that an approval could be bound to',
    });
  if (!hasContact(step.run.agent, client.contact))
    throw stop(client, step, call, { account, why: 'nobody can be asked: Mission Control is not in contact' });
  const waiting = openWait(client, step, account);
  const timeoutS = ruling.decision.approval?.timeout_s ?? DEFAULT_TIMEOUT_S;
  const answer = await waitFor(client, step.run, { question, timeoutS });
  closeWait(client, waiting, answer);
  if (answer.grant) {
    const { id: grantId, pins: alike } = answer.grant;
    if (alike) step.run.likes.push({ grantId, tool: call.name, rules, pins: alike });
    return { rules, grantId, account };
  }
  const explanation = `${account.explanation} ${answer.why}`;
  const violationId = record(client, step, call, { ...account, verdict: 'block', explanation });
  step.violation = violationId;
  throw new ApprovalDenied({
    violationId,
    rule: account.rule,
    explanation,
    approvalId: id,
    resolution: answer.resolution,
  });
}

/**
 * Uses a grant up, for the arguments as they are now: the server lets exactly one use of it through. Throws `Blocked`
 * with `grant.used`, `grant.expired`, `grant.mismatch`, or `grant.unreachable` when the server does not answer.
 */
export async function consume(client: Client, step: Governable, call: GovernedCall, approved: Approved): Promise<void> {
  if (approved.grantId === undefined) return;
  const argsHash = hashArguments(step.run.agent, call.args ?? null) ?? '';
  const refused = await client.desk.consume(approved.grantId, { step_key: step.key, args_hash: argsHash });
  const { account } = approved;
  if (!refused) {
    record(client, step, call, account);
    return;
  }
  const ruling: Ruling = {
    decision: toBlock(refused.code, 'approval'),
    degraded: refused.code === 'grant.unreachable',
    explanation: `${account.explanation} It was approved, but ${refused.detail}`,
  };
  const told = toAccount(step.run, call, ruling);
  step.violation = record(client, step, call, told);
  throw new Blocked({ violationId: step.violation, rule: told.rule, explanation: told.explanation });
}

function stop(
  client: Client,
  step: Governable,
  call: GovernedCall,
  { account, why }: { account: Account; why: string },
): Blocked {
  const explanation = `${account.explanation} It is blocked, because ${why}.`;
  step.violation = record(client, step, call, { ...account, verdict: 'block', degraded: true, explanation });
  return new Blocked({ violationId: step.violation, rule: account.rule, explanation });
}

interface Asked {
  id: string;
  account: Account;
  rules: string[];
  pins: Pins | undefined;
}

function toQuestion(
  { run, key }: Governable,
  call: GovernedCall,
  { id, account, rules, pins }: Asked,
): Record<string, unknown> | undefined {
  const argsHash = hashArguments(run.agent, call.args ?? null);
  if (argsHash === undefined) return undefined;
  const { risk, factors } = toRisk(run, call);
  return {
    ...{ id, agent_id: run.agent.bundle?.agent_id, run_id: run.id, step_key: key, kind: call.kind, tool: call.name },
    ...{ rules, args: toShown(toView(run, call)), args_hash: argsHash, explanation: account.explanation },
    ...{
      confidence: run.confidence ?? null,
      side_effect: call.effect ?? null,
      risk_score: risk,
      risk_factors: factors,
    },
    ...(call.lift && { lift: call.lift }),
    ...(pins && { pins }),
  };
}

const MAX_SHOWN = 60_000;

/** Arguments as the server takes them: what cannot be stored is replaced, and what is very long is cut. */
function toShown(view: unknown): unknown {
  const text = JSON.stringify(view ?? null, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/[\0\p{Surrogate}]/gu, '\ufffd') : value,
  );
  return text.length > MAX_SHOWN ? { cut: text.slice(0, MAX_SHOWN / 2) } : JSON.parse(text);
}

const openWait = ({ recorder }: Client, { run, key }: Governable, { rule, explanation }: Account): Step =>
  recorder.openStep(run, {
    kind: 'human',
    name: 'approval',
    parentKey: key,
    input: recorder.capture(run, { rule, explanation }),
  });

function closeWait({ recorder }: Client, step: Step, { resolution, why }: Outcome): void {
  recorder.closeStep(step, { status: 'ok', output: recorder.capture(step.run, { resolution, why }) });
}

interface Outcome {
  resolution: string;
  grant: ApprovalAnswer['grant'];
  /** For people. */
  why: string;
}

interface Wait {
  question: Record<string, unknown>;
  timeoutS: number;
}

/** Asks until there is an answer. An answer that does not come is none: the question is asked again, as the same one. */
async function waitFor({ desk }: Client, run: Run, { question, timeoutS }: Wait): Promise<Outcome> {
  const id = String(question.id);
  const end = Date.now() + timeoutS * 1_000 + GRACE_MS;
  const wake = (): void => desk.wake(id);
  signalOf(run).addEventListener('abort', wake);
  let isAsked = false;
  while (Date.now() < end && !isAborted(run)) {
    const answer = isAsked ? await desk.wait(id) : await desk.ask(question);
    if (answer === 'away') await sleep(RETRY_MS + randomInt(RETRY_MS), signalOf(run), 'ref');
    else if ('refused' in answer) return { resolution: 'refused', grant: null, why: answer.refused };
    else if (answer.status !== 'pending') return toOutcome(run, answer);
    else isAsked = true;
  }
  await desk.cancel(id);
  if (isAborted(run)) return { resolution: 'withdrawn', grant: null, why: 'The run was ended meanwhile.' };
  return { resolution: 'expired', grant: null, why: NOBODY };
}

const NOBODY = 'Nobody decided in time.';

function toOutcome(run: Run, { resolution, grant, comment, on_timeout }: ApprovalAnswer): Outcome {
  const isExpired = resolution === 'expired';
  if (isExpired && on_timeout === 'abort') abortRuns([run], NOBODY);
  const said = comment ? `: ${comment}` : '.';
  const why = isExpired ? NOBODY : `People decided: ${resolution ?? 'rejected'}${said}`;
  return { resolution: resolution ?? 'rejected', grant, why };
}
