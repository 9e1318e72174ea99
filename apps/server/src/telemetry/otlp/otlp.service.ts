import type { Context, Platform } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { createAdmission } from '../ingest/admission.ts';
import { createInflate } from '../ingest/inflate.ts';
import type { ReaderScope } from '../reading/reader.ts';
import type { OpenScope } from '../reading/scopes.ts';
import { createTurns } from '../reading/turns.ts';
import { toBody, toContent } from './mapping/to-body.ts';
import { saveParts } from './otlp.store.ts';
import { createParts, findIdentity, type Parts } from './parts.rules.ts';
import { createLimits, type MayReport } from './reporting/limits.ts';
import { readNotes } from './signals/read-logs.ts';
import { readMessage } from './signals/read-message.ts';
import { LOGS, METRICS } from './signals/shapes.ts';
import { listOf, parseRequest, readJsonSpans } from './wire/read-json.ts';
import { readProtobufSpans } from './wire/read-protobuf.ts';
import { type Span, SpanRejection, Undecodable } from './wire/span.ts';

export type Signal = 'traces' | 'logs' | 'metrics';

/** A request as HTTP gave it. */
export interface OtlpRequest {
  signal: Signal;
  body: Buffer;
  encoding: string | undefined;
  isJson: boolean;
}

/** What was refused of a request. */
export interface OtlpAnswer {
  rejected: number;
  /** Of the first that was refused. */
  reason: string | null;
}

/** Takes in what any OpenTelemetry exporter sends; it becomes runs when its trace settles. */
export interface Otlp {
  /** Resolves after COMMIT. Throws `otlp.undecodable`, `batch.*` for a bad body, `ingest.*` for one that must come later. */
  accept(ctx: Context, request: OtlpRequest): Promise<OtlpAnswer>;
}

const MAX_AHEAD_US = 600_000_000;
const DAY_US = 86_400_000_000;
const TOO_OLD = 'It began before what is kept in full, or ends in the future.';

/** One request being read. */
interface Reading {
  scope: ReaderScope;
  mayReport: MayReport;
  parts: Parts;
  answer: OtlpAnswer;
}

type Read = (body: Buffer, isJson: boolean, reading: Reading) => void;

const READ: Record<Signal, Read> = {
  traces(body, isJson, reading) {
    const { reason, rejected, spans } = isJson ? readJsonSpans(body) : readProtobufSpans(body);
    Object.assign(reading.answer, { reason, rejected });
    for (const span of spans) addSpan(reading, span);
  },
  logs(body, isJson, { answer, parts, scope }) {
    const { notes, reason, rejected } = readNotes(isJson ? parseRequest(body) : readMessage(body, LOGS));
    Object.assign(answer, { reason, rejected });
    for (const { error, input, output, spanId, timeUs, traceId } of notes)
      if (isKept(timeUs, timeUs, scope))
        parts.addNote(traceId, timeUs, {
          spanId,
          input: toMessages(input, scope),
          output: toMessages(output, scope),
          error: error && {
            type: error.type,
            message: error.message === null ? null : scope.scrub.text(error.message),
          },
        });
      else refuse(answer, TOO_OLD);
  },
  /** Nothing of them is kept: what agents use is counted from their spans, once. */
  metrics(body, isJson) {
    listOf(isJson ? parseRequest(body) : readMessage(body, METRICS), 'resourceMetrics');
  },
};

export function createOtlp(platform: Platform, openScope: OpenScope): Otlp {
  const admission = createAdmission(platform.config.ingestQueueBytes);
  const inflate = createInflate();
  const findMayReport = createLimits();
  const nextTurn = createTurns();

  const receive = async (ctx: Context, { body, encoding, isJson, signal }: OtlpRequest): Promise<OtlpAnswer> => {
    const inflated = await inflate(body, encoding);
    const header = { producer: ctx.actor.id, batch: 0, sdk: null, sentAt: ctx.now().getTime() * 1_000 };
    const scope = await openScope(
      ctx,
      { ...header, bundles: {}, dropped: {}, self: {}, ack: [] },
      { source: 'otlp', agents: [] },
    );
    const mayReport = await findMayReport(ctx);
    const reading: Reading = { scope, mayReport, parts: createParts(), answer: { rejected: 0, reason: null } };
    await nextTurn();
    read(inflated, { isJson, signal }, reading);
    const parts = reading.parts.list();
    if (parts.length > 0) await saveParts(ctx, parts);
    return reading.answer;
  };

  return {
    async accept(ctx, request) {
      const room = admission.enter(ctx.orgId, request.body.length, false);
      try {
        return await receive(ctx, request);
      } finally {
        room.leave();
      }
    },
  };
}

function read(body: Buffer, { isJson, signal }: Pick<OtlpRequest, 'isJson' | 'signal'>, reading: Reading): void {
  try {
    READ[signal](body, isJson, reading);
  } catch (error) {
    throw error instanceof Undecodable || error instanceof SpanRejection ? undecodable(error) : error;
  }
}

const undecodable = ({ message }: Error) => new Problem('otlp.undecodable', 400, `${message} ${USUAL_CAUSES}`);

const USUAL_CAUSES =
  'Usual causes: one signal sent to the URL of another, or attributes as an object instead of a list of {key, value}.';

/**
 * Keeps a span. One of an agent that the caller may not name is kept, so that what stands below it is refused with it, and
 * told as refused.
 */
function addSpan({ answer, mayReport, parts, scope }: Reading, span: Span): void {
  const { endedUs, parentSpanId, spanId, startedUs, traceId } = span;
  if (!isKept(startedUs, endedUs, scope)) {
    refuse(answer, TOO_OLD);
    return;
  }
  const body = toBody(span, scope.scrub);
  const identity = findIdentity(body, parentSpanId === null);
  if (identity !== undefined && !mayReport(identity))
    refuse(answer, `This key may not speak of the agent ${identity.slice(0, 100)}; its steps are refused with it.`);
  parts.addSpan(traceId, [spanId, parentSpanId, startedUs, endedUs, body]);
}

const isKept = (startedUs: number, endedUs: number, { now, oldestDay }: ReaderScope): boolean =>
  startedUs / DAY_US >= oldestDay && endedUs <= now + MAX_AHEAD_US;

function refuse(answer: OtlpAnswer, reason: string): void {
  answer.rejected++;
  answer.reason ??= reason;
}

const toMessages = (messages: unknown[], { scrub }: ReaderScope) =>
  messages.length === 0 ? null : (toContent(messages, scrub) ?? null);
