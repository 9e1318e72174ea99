import type { Client } from '../client.ts';
import { ROOT_KEY } from '../runs/keys.ts';
import type { Run } from '../runs/run.ts';
import { govern } from './governed.ts';
import type { Governable } from './record.ts';

export interface Answer {
  answer: unknown;
  /** Whether the run's end is the end of its task. */
  endsTask: boolean;
}

/**
 * Asks whether a run may give its answer, and whether its task is done with it, where any rule is about that. Throws
 * `Blocked` or `ApprovalDenied`: the run fails then and its answer goes nowhere.
 */
export async function assertAnswer(client: Client, run: Run, { answer, endsTask }: Answer): Promise<void> {
  const needs = run.agent.rulebook?.needs;
  const whole: Governable = { run, key: ROOT_KEY, violation: undefined, settle: undefined };
  const name = run.name ?? run.agent.slug;
  if (needs?.output) await govern(client, whole, { kind: 'output', name, args: answer });
  if (needs?.taskEnd && endsTask) await govern(client, whole, { kind: 'task_end', name, args: answer });
}
