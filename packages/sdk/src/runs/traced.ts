import type { Client } from '../client.ts';
import type { Permit } from '../enforcement/governed.ts';
import { toFailure } from '../errors-of-host.ts';
import type { Captured } from '../payloads/capture.ts';
import { runAt } from './context.ts';
import type { Step, StepClosing } from './step.ts';

export interface TracedWork<T> {
  /** Throws to stop the step before it happens; may have to wait for people. */
  before?: () => Permit | Promise<Permit> | undefined;
  work: (permit: Permit | undefined) => T;
  /** What the result tells beyond itself; a result that is not over yet (a stream) closes the step later. */
  after: (result: Awaited<T>) => Omit<StepClosing, 'status'> | 'later';
}

const toolErrors = new WeakSet<Error>();

/** Whether an error came out of a tool, however far it has travelled since. */
export const isToolError = (error: unknown): boolean => error instanceof Error && toolErrors.has(error);

/** Runs the host's work as an open step and closes it by what comes of it. The host's result and error pass through. */
export async function runTraced<T>(
  client: Client,
  step: Step,
  { before, work, after }: TracedWork<T>,
): Promise<Awaited<T>> {
  const { recorder } = client;
  try {
    const asked = before?.();
    const permit = asked instanceof Promise ? await asked : asked;
    const result = await runAt({ run: step.run, step }, () => work(permit));
    const closing = after(result);
    if (closing !== 'later') recorder.closeStep(step, { status: 'ok', ...closing });
    return result;
  } catch (error) {
    if (step.kind === 'tool' && error instanceof Error) toolErrors.add(error);
    const failure = toFailure(error);
    if (step.violation) recorder.closeStep(step, { ...failure, status: 'blocked', decision: step.violation });
    else recorder.closeStep(step, failure);
    throw error;
  }
}

/** The result of a step as its output payload. */
export const toOutput = (
  client: Client,
  step: Step,
  result: unknown,
  isTool = false,
): { output: Captured | undefined } => ({
  output: client.recorder.capture(step.run, result, isTool ? { tool: step.name, part: 'result' } : undefined),
});
