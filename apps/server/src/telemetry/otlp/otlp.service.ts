import { type Context, inTransaction, type Platform } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { createAdmission } from '../ingest/admission.ts';
import { createInflate } from '../ingest/inflate.ts';
import type { ReaderScope } from '../reading/reader.ts';
import type { OpenScope } from '../reading/scopes.ts';
import { toBody } from './mapping/to-body.ts';
import { saveSpans, saveTraces } from './otlp.store.ts';
import { readJsonSpans } from './wire/read-json.ts';
import { readProtobufSpans } from './wire/read-protobuf.ts';
import { type Span, type SpanRequest, Undecodable } from './wire/span.ts';

/** A request as HTTP gave it. */
export interface OtlpRequest {
  body: Buffer;
  encoding: string | undefined;
  isJson: boolean;
}

/** What was refused of a request. */
export interface OtlpAnswer {
  rejected: number;
  reason: string | null;
}

/** Takes spans of any OpenTelemetry exporter in; they become runs when their trace settles. */
export interface Otlp {
  /** Resolves after COMMIT. Throws `otlp.undecodable`, `batch.*` for a bad body, `ingest.*` for one that must come later. */
  accept(ctx: Context, request: OtlpRequest): Promise<OtlpAnswer>;
}

const MAX_AHEAD_US = 600_000_000;
const DAY_US = 86_400_000_000;

export function createOtlp(platform: Platform, openScope: OpenScope): Otlp {
  const admission = createAdmission(platform.config.ingestQueueBytes);
  const inflate = createInflate();

  const receive = async (ctx: Context, { body, encoding, isJson }: OtlpRequest): Promise<OtlpAnswer> => {
    const request = read(await inflate(body, encoding), isJson);
    const nowUs = ctx.now().getTime() * 1_000;
    const header = { producer: ctx.actor.id, batch: 0, sdk: null, sentAt: nowUs };
    const scope = await openScope(
      ctx,
      { ...header, bundles: {}, dropped: {}, self: {}, ack: [] },
      { source: 'otlp', agents: [] },
    );
    const spans = request.spans.filter((span) => isKept(span, scope) || refuse(request));
    const arrived = spans.map((span) => ({ ...span, body: toBody(span, scope.scrub) }));
    if (arrived.length > 0)
      await inTransaction(ctx, async (tx) => {
        await saveTraces(tx, arrived);
        await saveSpans(tx, arrived);
      });
    return { rejected: request.rejected, reason: request.reason };
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

function read(body: Buffer, isJson: boolean): SpanRequest {
  try {
    return isJson ? readJsonSpans(body) : readProtobufSpans(body);
  } catch (error) {
    if (error instanceof Undecodable) throw undecodable(error);
    throw error;
  }
}

const undecodable = ({ message }: Undecodable) => new Problem('otlp.undecodable', 400, `${message} ${USUAL_CAUSES}`);

const USUAL_CAUSES =
  'Usual causes: logs or metrics sent to the URL of traces, or attributes as an object instead of a list of {key, value}.';

const isKept = ({ startedUs, endedUs }: Span, { now, oldestDay }: ReaderScope): boolean =>
  startedUs / DAY_US >= oldestDay && endedUs <= now + MAX_AHEAD_US;

function refuse(request: SpanRequest): false {
  request.rejected++;
  request.reason ??= 'A span began before what is kept in full, or ends in the future.';
  return false;
}
