import { activeClient, type Client } from '../client.ts';
import { assertTouchable } from '../enforcement/governed.ts';
import type { Agent } from '../enrolment/agent.ts';
import { currentPlace, type Place } from '../runs/context.ts';
import { ROOT_KEY } from '../runs/keys.ts';
import { getAgent, type RunDetails, runAsRun } from '../runs/lifecycle.ts';
import { toHeaders } from '../runs/propagation.ts';
import type { Run } from '../runs/run.ts';
import { runTraced, toOutput } from '../runs/traced.ts';

export interface SubagentCall {
  slug: string;
  /** Undefined when the agent lives elsewhere: then the step stands alone and `headers()` carries the place there. */
  agent: Agent | undefined;
  details: RunDetails;
}

/**
 * Calls another agent from a run: a step of the caller, and a child run when the agent is one of this process. Throws
 * `Blocked` when the caller has not declared it.
 */
export async function subagent<T>(slug: string, work: () => T): Promise<Awaited<T>> {
  const client = activeClient();
  if (!client) return await work();
  const place = currentPlace();
  if (!place)
    return runAsRun(client, { agent: getAgent(client, { agent: slug }), details: {}, parent: undefined }, work);
  return callSubagent(client, place, { slug, agent: client.agents.get(slug), details: {} }, work);
}

/** The call behind `subagent` and behind a run of another agent within a run. */
export function callSubagent<T>(
  client: Client,
  place: Place,
  call: SubagentCall,
  work: (run: Run) => T,
): Promise<Awaited<T>> {
  const { slug, agent, details } = call;
  const parentKey = place.step?.key ?? ROOT_KEY;
  const input = client.recorder.capture(place.run, details.input);
  const step = client.recorder.openStep(place.run, { kind: 'subagent', name: slug, parentKey, input });
  return runTraced(client, step, {
    before: () => void assertTouchable(client, step, { kind: 'subagent', name: slug, args: details.input }),
    work: () =>
      agent ? runAsRun(client, { agent, details, parent: { run: place.run, step } }, work) : work(place.run),
    after: (result) => toOutput(client, step, result),
  }) as Promise<Awaited<T>>; // both branches resolve to what work does
}

/** Headers for a call to a remote agent, which passes them to `run({ from })`. Empty outside a run. */
export function headers(): Record<string, string> {
  const place = currentPlace();
  return place ? { ...toHeaders(place) } : {};
}
