import { activeClient, type Client } from '../client.ts';
import { assertAllowed } from '../enforcement/governed.ts';
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
}

/** What the function that calls the model is given. */
export interface LlmRequest<I> {
  model: string;
  input: I;
}

/**
 * Records a model call with its tokens and, for a stream, the time to the first token. Throws `Blocked` when the agent
 * may not use the model. Outside a run it only calls.
 */
export async function llm<I, T>(call: LlmCall<I>, work: (request: LlmRequest<I>) => T): Promise<Awaited<T>> {
  const client = activeClient();
  const place = currentPlace();
  const request = { model: call.model, input: call.input };
  if (!client || !place) return await work(request);
  return callModel(client, place, call, () => work(request));
}

function callModel<I, T>(client: Client, place: Place, call: LlmCall<I>, work: () => T): Promise<Awaited<T>> {
  const { recorder } = client;
  const { model, provider } = call;
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
    before: () => assertAllowed(client, step, { call: { kind: 'model', name }, args: { model, provider } }),
    work: async () => {
      const result = await work();
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
