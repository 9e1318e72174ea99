import { gzipSync } from 'node:zlib';
import { newId } from '#server/platform/ids.ts';
import type { TestApp } from './app.ts';
import type { EnrolledProcess } from './make.ts';

type Line = Record<string, unknown> | string;

export interface ReportOptions {
  /** Default: the process's next. */
  batch?: number;
  sentAt?: Date;
  header?: Record<string, unknown>;
  gzip?: boolean;
}

const lastBatch = new Map<string, number>();

/** The body of a batch of a process. */
export function toBatch(
  app: TestApp,
  { producer }: EnrolledProcess,
  lines: Line[],
  options: ReportOptions = {},
): Buffer {
  const batch = options.batch ?? (lastBatch.get(producer) ?? 0) + 1;
  lastBatch.set(producer, Math.max(batch, lastBatch.get(producer) ?? 0));
  const sentAt = options.sentAt ?? app.platform.now();
  const header = { v: 1, producer, batch, sdk: 'test/1', sent_at: sentAt.toISOString(), ...options.header };
  const text = [header, ...lines].map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  return options.gzip ? gzipSync(text) : Buffer.from(text);
}

/** Posts bytes as a batch. */
export async function postBatch(
  app: TestApp,
  process: EnrolledProcess,
  body: Buffer,
  headers: Record<string, string> = {},
) {
  const response = await app.router.inject({
    method: 'POST',
    url: '/api/v1/telemetry/batches',
    headers: { ...process.headers, 'content-type': 'application/x-ndjson', ...headers },
    payload: body,
  });
  return { status: response.statusCode, headers: response.headers, answer: response.json() };
}

/** Reports lines as a batch of a process. */
export const report = (app: TestApp, process: EnrolledProcess, lines: Line[], options: ReportOptions = {}) =>
  postBatch(app, process, toBatch(app, process, lines, options), options.gzip ? { 'content-encoding': 'gzip' } : {});

/** Events of one run with rising sequence numbers, all at one instant. */
export function makeRun(at = new Date(), agent = 'worker', run = newId(at)) {
  let seq = 0;
  const next = (t: string, fields: Record<string, unknown>) => ({
    t,
    run,
    seq: seq++,
    ts: at.toISOString(),
    ...fields,
  });
  return {
    id: run,
    start: (fields: Record<string, unknown> = {}) => next('run.start', { agent, name: 'summarize', ...fields }),
    call: (fields: Record<string, unknown> = {}) =>
      next('step.end', {
        key: `llm:plan#${seq}`,
        kind: 'llm',
        name: 'plan',
        model: 'gpt-4o',
        provider: 'openai',
        status: 'ok',
        started_at: at.toISOString(),
        dur_us: 1_200,
        tokens: { input: 1_000, cache_read: 400, output: 100, reasoning: 20 },
        ...fields,
      }),
    tool: (fields: Record<string, unknown> = {}) =>
      next('step.end', {
        key: `tool:docs/read#${seq}`,
        kind: 'tool',
        name: 'docs/read',
        status: 'ok',
        started_at: at.toISOString(),
        dur_us: 300,
        ...fields,
      }),
    event: next,
    end: (fields: Record<string, unknown> = {}) => next('run.end', { status: 'ok', ...fields }),
  };
}
