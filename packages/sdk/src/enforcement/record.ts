import type { Client } from '../client.ts';
import { hashArguments } from '../enrolment/agent.ts';
import type { Step } from '../runs/step.ts';
import { safely } from '../safely.ts';
import type { Account } from './account.ts';
import type { GovernedCall } from './gate.ts';

/** What is governed: a step, or a run as a whole with the key of its root. */
export type Governable = Pick<Step, 'run' | 'key' | 'violation' | 'settle'>;

const ENFORCEMENTS = {
  block: 'blocked',
  require_approval: 'allowed',
  warn: 'allowed',
  would_have: 'would_have',
} as const;

/** Records a decision with its context; the answer is the id of the violation. */
export function record(
  client: Client,
  { run, key }: Governable,
  { args, name, kind }: GovernedCall,
  account: Account,
): string {
  return client.recorder.decide(run, {
    ...account,
    enforcement: ENFORCEMENTS[account.verdict],
    key,
    tool: name,
    argsHash: safely('hashing arguments', () => hashArguments(run.agent, args)),
    args: client.recorder.capture(run, args, kind === 'tool' ? { tool: name, part: 'args' } : undefined),
  });
}
