import type { Client } from '../client.ts';
import { assertAnswer } from '../enforcement/answers.ts';
import { assertProbe } from '../enforcement/probe.ts';
import { type Agent, createAgent, hashText } from '../enrolment/agent.ts';
import { sealDeclarations } from '../enrolment/declaration.ts';
import { Paused } from '../errors.ts';
import { isBlocked, toFailure } from '../errors-of-host.ts';
import type { AgentOptions } from '../settings.ts';
import { type Place, runAt } from './context.ts';
import { createRun, type RemoteParent, type Run } from './run.ts';
import { isToolError } from './traced.ts';

/** What a run is about. */
export interface RunDetails {
  name?: string | undefined;
  input?: unknown;
  /** Further fields of `run.start`. */
  fields?: Record<string, unknown>;
  from?: RemoteParent | undefined;
  /** End user; hashed under the organization's key before it is told. */
  user?: string | undefined;
}

export interface RunRequest {
  agent: Agent;
  details: RunDetails;
  /** Where it was started from in this process. */
  parent: Place | undefined;
}

/** Runs work as a run of an agent. Throws {@link Paused} when the agent takes no new runs, `LeaseDenied` when it has no place. */
export async function runAsRun<T>(client: Client, request: RunRequest, work: (run: Run) => T): Promise<Awaited<T>> {
  const { agent, parent } = request;
  await makeReady(client);
  assertTakesRuns(client, agent);
  if (hasRunOf(parent, agent)) return runNow(client, request, work);
  const release = await agent.slots.acquire();
  try {
    const leave = await client.leases.enter(agent, parent?.run.rootId ?? request.details.from?.root);
    return await runNow(client, request, work).finally(leave);
  } finally {
    release();
  }
}

/** The first run ends the declaration of tools and waits for the enrolment that carries it. */
async function makeReady(client: Client): Promise<void> {
  sealDeclarations();
  if (!client.enrolment.isCurrent) await client.enrolment.ensure();
}

async function runNow<T>(client: Client, request: RunRequest, work: (run: Run) => T): Promise<Awaited<T>> {
  const { recorder, settings } = client;
  const { agent, details, parent } = request;
  const run = createRun({
    agent,
    name: details.name,
    parent: parent && { run: parent.run, stepKey: parent.step?.key },
    remote: details.from,
    sampleRate: settings.sample ?? agent.bundle?.sampling.rate ?? 1,
  });
  if (!hasRunOf(parent, agent)) await assertProbe(client, run);
  const task = details.fields?.task;
  const end = client.leases.begin(run, typeof task === 'string' ? task : undefined);
  const user = details.user && hashText(agent, details.user);
  recorder.startRun(run, { input: details.input, fields: { ...details.fields, ...(user && { user }) } });
  try {
    const result = await runAt({ run, step: undefined }, () => work(run));
    await assertAnswer(client, run, { answer: result, endsTask: !parent && details.fields?.task !== undefined });
    recorder.endRun(run, { status: 'ok', output: recorder.capture(run, result) });
    return result;
  } catch (error) {
    const failure = toFailure(error);
    if (failure.error && !isBlocked(error)) {
      recorder.tell(run, 'exception', { ...failure.error, where: isToolError(error) ? 'tool' : 'framework' });
    }
    recorder.endRun(run, failure);
    throw error;
  } finally {
    end();
  }
}

const CLOSED = ['paused', 'draining', 'retired'];

function assertTakesRuns({ isLeaving }: Client, { slug, bundle }: Agent): void {
  if (isLeaving) throw new Paused({ agent: slug, state: 'draining' });
  if (!bundle || !CLOSED.includes(bundle.control.state)) return;
  const { state, retry_at } = bundle.control;
  throw new Paused({ agent: slug, state, retryAt: retry_at ? new Date(retry_at) : undefined });
}

/** A run below one of the same agent needs no place of its own: waiting for its ancestor would never end. */
function hasRunOf(place: Place | undefined, agent: Agent): boolean {
  return place?.run.lineage.has(agent.slug) ?? false;
}

/** The agent of that slug in this process; one that is new is enrolled with the others. */
export function getAgent(client: Client, options: AgentOptions): Agent {
  const known = client.agents.get(options.agent);
  if (known) return known;
  const agent = createAgent(options);
  client.agents.set(agent.slug, agent);
  if (client.enrolment.isCurrent) void client.enrolment.renew();
  return agent;
}
