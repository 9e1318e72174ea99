import { activeClient, type Client } from '../client.ts';
import { govern, type Permit } from '../enforcement/governed.ts';
import type { Captured } from '../payloads/capture.ts';
import { currentPlace, type Place } from '../runs/context.ts';
import { ROOT_KEY } from '../runs/keys.ts';
import type { Run } from '../runs/run.ts';
import { runTraced } from '../runs/traced.ts';
import { isStream, watchStream } from './stream.ts';
import { toUsage } from './usage.ts';

export interface LlmCall<I> {
  model: string;
  provider?: string;
  /** The prompt, a list of messages, or a request with `messages`. */
  input: I;
  /** What the model may answer at most; default the `max_tokens` of the input. */
  maxTokens?: number;
}

/** What the function that calls the model is given. */
export interface LlmRequest<I> {
  model: string;
  /** As it was given, with a lower `max_tokens` where a policy caps it. */
  input: I;
  /** What the model may answer at most; absent when nothing bounds it. */
  maxTokens?: number;
}

/**
 * Records a model call with its tokens and, for a stream, the time to the first token. Throws `Blocked` when the agent
 * may not use the model. Outside a run it only calls.
 */
export async function llm<I, T>(call: LlmCall<I>, work: (request: LlmRequest<I>) => T): Promise<Awaited<T>> {
  const client = activeClient();
  const place = currentPlace();
  if (!client || !place) return await work(toRequest(call));
  return callModel(client, place, call, work);
}

function callModel<I, T>(
  client: Client,
  place: Place,
  call: LlmCall<I>,
  work: (request: LlmRequest<I>) => T,
): Promise<Awaited<T>> {
  const { recorder } = client;
  const { model, provider } = call;
  const maxTokens = call.maxTokens ?? findMaxTokens(call.input);
  const step = recorder.openStep(place.run, {
    kind: 'llm',
    name: model,
    model,
    provider,
    parentKey: place.step?.key ?? ROOT_KEY,
    input: captureInput(client, place.run, call.input),
  });
  const name = provider ? `${provider}/${model}` : model;
  return runTraced(client, step, {
    before: () =>
      govern(client, step, {
        ...{ kind: 'model', name, args: { model, provider }, prompt: { model, provider, input: call.input } },
        ...(maxTokens !== undefined && { maxTokens }),
      }),
    work: async (permit) => {
      const result = await work(toRequest(call, permit));
      return isStream(result) ? (watchStream(client, step, result) as typeof result) : result;
    },
    after: (result) =>
      isStream(result) ? 'later' : { output: recorder.capture(place.run, result), ...toUsage(result) },
  }) as Promise<Awaited<T>>; // watching a stream keeps its type
}

/** Lists of messages are captured one by one: a growing history is sent once. */
export function captureInput({ recorder }: Client, run: Run, input: unknown): Captured | undefined {
  if (Array.isArray(input)) return recorder.captureMessages(run, input);
  const { messages } = (typeof input === 'object' && input !== null ? input : {}) as { messages?: unknown };
  return Array.isArray(messages) ? recorder.captureMessages(run, messages) : recorder.capture(run, input);
}

/** The names that providers have for the most a model may answer. */
const CAPS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxTokens'] as const;

type Caps = Partial<Record<(typeof CAPS)[number], unknown>>;

const toCaps = (input: unknown): Caps => (typeof input === 'object' && input !== null ? input : {});

function findMaxTokens(input: unknown): number | undefined {
  const caps = toCaps(input);
  return CAPS.map((name) => caps[name]).find((cap) => typeof cap === 'number');
}

/** The request that the model gets: what a policy caps is lowered, in the input too where it says so itself. */
function toRequest<I>(call: LlmCall<I>, permit?: Permit): LlmRequest<I> {
  const { model, input, maxTokens } = call;
  const cap = permit?.transform?.max_tokens;
  const most = cap ?? maxTokens ?? findMaxTokens(input);
  const request = { model, input, ...(most !== undefined && { maxTokens: most }) };
  const named = cap === undefined ? [] : CAPS.filter((name) => typeof toCaps(input)[name] === 'number');
  return named.length === 0
    ? request
    : { ...request, input: { ...input, ...Object.fromEntries(named.map((name) => [name, cap])) } };
}
