import type { CapabilityCall } from '@mission-control/policy';
import type { Client } from '../client.ts';
import { hashArguments } from '../enrolment/agent.ts';
import { Blocked } from '../errors.ts';
import type { Step } from '../runs/step.ts';
import { safely } from '../safely.ts';
import type { SideEffect } from '../wire.ts';
import { decide } from './gate.ts';

export interface GovernedStep {
  call: CapabilityCall & { effect?: SideEffect | undefined };
  args: unknown;
}

/**
 * Asks whether a step may happen, before it does. What is not allowed is recorded with its context; under enforcement
 * the step ends as blocked and {@link Blocked} is thrown to the caller.
 */
export function assertAllowed(client: Client, step: Step, { call, args }: GovernedStep): void {
  const blocked = check(client, step, { call, args });
  if (!blocked) return;
  step.violation = blocked.violationId;
  throw blocked;
}

function check(client: Client, step: Step, { call, args }: GovernedStep): Blocked | undefined {
  const { run } = step;
  const { metrics, contact, settings, recorder } = client;
  const verdict = safely('a capability check', () =>
    metrics.timeCheck(() => decide(run.agent, contact, settings, call)),
  );
  if (!verdict) return undefined;
  const violationId = recorder.decide(run, {
    ...verdict,
    key: step.key,
    tool: call.name,
    argsHash: safely('hashing arguments', () => hashArguments(run.agent, args)),
    args: recorder.capture(run, args, { tool: call.name, part: 'args' }),
  });
  if (verdict.verdict === 'would_have') return undefined;
  const { rule, explanation } = verdict;
  return new Blocked({ violationId, rule, explanation });
}
