import type { FastifyReply } from 'fastify';
import type { Routes } from '#server/platform/http/route.ts';
import { MAX_BODY_BYTES } from '../ingest/inflate.ts';
import type { Otlp, OtlpAnswer, Signal } from './otlp.service.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

/** What is counted as refused of each signal. */
const REJECTED: Record<Signal, string> = {
  ...{ traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' },
};

/**
 * OTLP over HTTP, at the paths that OpenTelemetry fixes below `OTEL_EXPORTER_OTLP_ENDPOINT`. No part of our contract,
 * which is why it has no schema: both encodings are read from bytes.
 */
export const otlpRoutes =
  (otlp: Otlp): Routes =>
  (router) => {
    router.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        [PROTOBUF, JSON_TYPE],
        { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
        (_request, body, parsed) => parsed(null, body),
      );
      const options = {
        config: { access: 'otlp:write' },
        bodyLimit: MAX_BODY_BYTES,
        schema: { hide: true },
      };
      for (const signal of ['traces', 'logs', 'metrics'] as const)
        scope.post(`/otlp/v1/${signal}`, options, async ({ body, ctx, headers }, reply) => {
          const isJson = headers['content-type']?.startsWith(JSON_TYPE) === true;
          const encoding = headers['content-encoding'];
          const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
          const answer = await otlp.accept(ctx, { signal, body: bytes, encoding, isJson });
          return isJson ? sendJson(reply, answer, REJECTED[signal]) : sendProtobuf(reply, answer);
        });
      done();
    });
  };

/** Export…ServiceResponse: empty when nothing was refused. */
function sendJson(reply: FastifyReply, { reason, rejected }: OtlpAnswer, field: string): FastifyReply {
  const partialSuccess = { [field]: String(rejected), errorMessage: reason ?? '' };
  return reply
    .type(JSON_TYPE)
    .serializer(JSON.stringify)
    .send(rejected === 0 ? {} : { partialSuccess });
}

const sendProtobuf = (reply: FastifyReply, { reason, rejected }: OtlpAnswer): FastifyReply =>
  reply.type(PROTOBUF).send(rejected === 0 ? Buffer.alloc(0) : toPartial(rejected, reason));

/** `{1: {1: rejected, 2: reason}}` */
function toPartial(rejected: number, reason: string | null): Buffer {
  const text = Buffer.from(reason ?? '');
  const partial = Buffer.concat([
    Buffer.from([0x08]),
    toVarint(rejected),
    Buffer.from([0x12]),
    toVarint(text.length),
    text,
  ]);
  return Buffer.concat([Buffer.from([0x0a]), toVarint(partial.length), partial]);
}

function toVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}
