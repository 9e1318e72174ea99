import { signalOf } from '../channel/abort.ts';
import { activeClient, type Client } from '../client.ts';
import { declareEntrypoint } from '../enrolment/declaration.ts';
import { currentPlace } from '../runs/context.ts';
import { getAgent, type RunDetails, runAsRun } from '../runs/lifecycle.ts';
import { parseHeaders } from '../runs/propagation.ts';
import type { Run } from '../runs/run.ts';
import { callSubagent } from './subagent.ts';

export interface RunOptions {
  name?: string;
  /** Slug of the agent; default the one of the surrounding run, else of `init`. */
  agent?: string;
  input?: unknown;
  /** Task that it works on, uuid. */
  task?: string;
  session?: string;
  /** Id of the end user. It is told as a keyed hash, unless `rawUser`. */
  user?: string;
  rawUser?: boolean;
  tags?: Record<string, string>;
  /** Headers of the call that led here, when it came from another process. */
  from?: Record<string, string | string[] | undefined>;
}

/** What an entrypoint is told beside its input. */
export interface RunContext {
  runId: string;
  /** Fires when the run is ended from outside. */
  readonly signal: AbortSignal;
}

/**
 * Runs work as a run. Within a run it is the same run, unless `agent` names another: then it is a child run of that
 * agent. Throws `Paused` when the agent takes no new runs, `Blocked` when the caller may not call it.
 */
export function run<T>(work: () => T): Promise<Awaited<T>>;
export function run<T>(name: string | RunOptions, work: () => T): Promise<Awaited<T>>;
export async function run<T>(first: string | RunOptions | (() => T), second?: () => T): Promise<Awaited<T>> {
  const work = typeof first === 'function' ? first : (second as () => T); // the overloads leave no other case
  const client = activeClient();
  if (!client) return await work();
  const options = typeof first === 'string' ? { name: first } : typeof first === 'object' ? first : {};
  return startRun(client, options.agent, toDetails(options), work);
}

/** Makes a function that runs an agent: each call is a run. With `name` of an agent of this process it is that one's. */
export function entrypoint<I, T>(
  name: string,
  work: (input: I, context: RunContext) => T,
): (input: I) => Promise<Awaited<T>> {
  declareEntrypoint(name);
  return async (input): Promise<Awaited<T>> => {
    const client = activeClient();
    if (!client) return await work(input, { runId: crypto.randomUUID(), signal: new AbortController().signal });
    const details: RunDetails = { name, input, fields: { entrypoint: name } };
    const agent = client.agents.has(name) ? name : undefined;
    return startRun(client, agent, details, (started) => work(input, toContext(started)));
  };
}

const toContext = (run: Run): RunContext => ({
  runId: run.id,
  get signal() {
    return signalOf(run);
  },
});

function startRun<T>(
  client: Client,
  slug: string | undefined,
  details: RunDetails,
  work: (run: Run) => T,
): Promise<Awaited<T>> {
  const place = currentPlace();
  const agent = slug ? getAgent(client, { agent: slug }) : (place?.run.agent ?? client.main);
  if (!place) return runAsRun(client, { agent, details, parent: undefined }, work);
  if (agent === place.run.agent) return Promise.resolve(work(place.run)) as Promise<Awaited<T>>;
  return callSubagent(client, place, { slug: agent.slug, agent, details }, work);
}

function toDetails({ name, input, from, task, session, user, rawUser, tags }: RunOptions): RunDetails {
  const fields = { task, session, tags, ...(rawUser && { user }) };
  return { name, input, from: from && parseHeaders(from), fields, user: rawUser ? undefined : user };
}
