import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Platform } from '#server/platform/context.ts';
import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import { problems, type Router, type Routes } from '#server/platform/http/route.ts';
import { Problem } from '#server/platform/problem.ts';
import { BoardWebhookIngestResponse } from './ingest.schema.ts';
import { type AdmittedCall, admitCall, receiveCall } from './ingest.service.ts';

const params = z.object({ board_id: z.uuid(), webhook_id: z.uuid() });

/** The public endpoint of webhooks. It takes any content type and needs the raw bytes, so it has a scope of its own. */
export function ingestRoutes(platform: Platform, limiter: RateLimiter): Routes {
  const maxBytes = platform.config.webhookMaxPayloadBytes;
  const scope: FastifyPluginCallback = (instance, _options, done) => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', (_: FastifyRequest, stream: AsyncIterable<Buffer>) =>
      readBody(stream, maxBytes),
    );
    addRoute(instance as unknown as Router, { platform, limiter, maxBytes });
    done();
  };
  return (router) => void router.register(scope);
}

interface Ingest {
  platform: Platform;
  limiter: RateLimiter;
  maxBytes: number;
}

function addRoute(router: Router, { platform, limiter, maxBytes }: Ingest): void {
  const calls = new WeakMap<FastifyRequest, AdmittedCall>();
  router.post(
    '/boards/:board_id/webhooks/:webhook_id',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'ingestBoardWebhook',
        tags: ['board-webhooks'],
        summary: 'Call a board: any content, signed when the webhook has a secret. Answered when it is stored.',
        params,
        response: { 202: BoardWebhookIngestResponse, ...problems(403, 404, 409, 410, 413, 429) },
      },
      // Before the body is read, which only a call that is let in may make us do.
      async onRequest(request) {
        const place = params.safeParse(request.params);
        if (!place.success) return; // the validator refuses it
        const { board_id: boardId, webhook_id: webhookId } = place.data;
        const from = { ip: request.clientIp, requestId: request.id };
        calls.set(request, await admitCall(platform, limiter, { boardId, webhookId, ...from }));
        if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
      },
      // Nobody waits for the rest of a body that is refused.
      async onError(_request, reply) {
        reply.header('connection', 'close');
      },
    },
    async (request, reply) => {
      const call = calls.get(request);
      if (!call) throw new Error('A call was not admitted before its body was read.');
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      return reply.code(202).send(await receiveCall(call, { headers: toHeaders(request), body }));
    },
  );
}

const tooLarge = (maxBytes: number) =>
  new Problem('webhook.payload_too_large', 413, `A call may carry at most ${maxBytes} bytes.`);

async function readBody(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const toHeaders = ({ headers }: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
