import type { Client } from '../client.ts';
import { nowMicros } from '../clock.ts';
import { toFailure } from '../errors-of-host.ts';
import type { Step } from '../runs/step.ts';
import { safely } from '../safely.ts';
import { toUsage, type Usage } from './usage.ts';

const MAX_CHUNKS = 10_000;

export const isStream = (value: unknown): value is AsyncIterable<unknown> & object =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** The same stream, whose step ends when the host has read it: first chunk, all chunks and usage are recorded. */
export function watchStream<S extends AsyncIterable<unknown> & object>(client: Client, step: Step, stream: S): S {
  return new Proxy(stream, {
    get(target, property) {
      if (property === Symbol.asyncIterator) return () => watch(client, step, target);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function* watch(client: Client, step: Step, stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  const chunks: unknown[] = [];
  let usage: Usage = {};
  let ttftUs: number | undefined;
  const close = (error?: unknown): void =>
    client.recorder.closeStep(step, {
      ...(error === undefined ? { status: 'ok' } : toFailure(error)),
      output: client.recorder.capture(step.run, chunks),
      stream: true,
      ttftUs,
      ...usage,
    });
  try {
    for await (const chunk of stream) {
      ttftUs ??= nowMicros() - step.startedAt;
      if (chunks.length < MAX_CHUNKS) chunks.push(chunk);
      usage = { ...usage, ...safely('reading usage', () => toUsage(chunk)) };
      yield chunk;
    }
  } catch (error) {
    close(error);
    throw error;
  } finally {
    close();
  }
}
