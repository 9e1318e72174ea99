import type { FastifyError } from 'fastify';
import { sendError } from '#server/platform/http/errors.ts';
import { problems, type Routes } from '#server/platform/http/route.ts';
import { Problem } from '#server/platform/problem.ts';
import { MAX_BODY_BYTES } from './inflate.ts';
import { BatchAnswer } from './ingest.schema.ts';
import type { Ingest } from './ingest.service.ts';

/** Where processes report. The body is NDJSON, which is why it has a parser of its own and no schema. */
export const ingestRoutes =
  (ingest: Ingest): Routes =>
  (router) => {
    router.addContentTypeParser(
      'application/x-ndjson',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    router.post(
      '/telemetry/batches',
      {
        config: { access: 'telemetry:write' },
        bodyLimit: MAX_BODY_BYTES,
        errorHandler: (error, request, reply) => sendError(toBatchProblem(error), request, reply),
        schema: {
          operationId: 'postTelemetryBatch',
          tags: ['telemetry'],
          summary: 'Report a batch of events (NDJSON, gzip or not). The answer comes after COMMIT.',
          consumes: ['application/x-ndjson'],
          response: { 200: BatchAnswer, ...problems(400, 401, 403, 413, 429, 503) },
        },
      },
      ({ body, ctx, headers }) =>
        ingest.accept(ctx, {
          body: body as Buffer,
          encoding: headers['content-encoding'],
          high: headers['mc-priority'] === 'high',
        }),
    );
  };

/** The body limit is Fastify's to watch; its code is the protocol's. */
const toBatchProblem = (error: FastifyError): FastifyError | Problem =>
  error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? new Problem('batch.too_large', 413, 'A batch may have 4 MiB.') : error;
