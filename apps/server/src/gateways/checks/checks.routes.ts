import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { formatMessage, openSse } from '#server/platform/http/sse.ts';
import { reconnectGateway } from '../registry/gateways.service.ts';
import { type GatewayCheckRequest, GatewayCheckResult, GatewayCheckRequest as Request } from './checks.schema.ts';
import { checkGateway, getCheckTarget } from './checks.service.ts';

/** A check dials, so that an organization may only do so many. */
const CHECKS_PER_MINUTE = 5;

export const checksRoutes = (limiter: RateLimiter) => (router: Router) => {
  router.post(
    '/gateways/check',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'checkGateway',
        tags: ['gateways'],
        summary: 'Check the way to a gateway, hop by hop; as a stream of `hop` and one `result` when asked for.',
        body: Request,
        response: { 200: GatewayCheckResult, ...problems(404, 422, 429) },
      },
    },
    async (request, reply) => {
      const target = await getCheckTarget(request.ctx, request.body);
      limiter.take(`gateway_check:${request.ctx.orgId}`, CHECKS_PER_MINUTE);
      if (!request.headers.accept?.includes('text/event-stream')) return check(request, target);
      await stream(request, reply, target);
      return reply;
    },
  );
};

type CheckRequest = FastifyRequest & { body: GatewayCheckRequest };
type Target = Awaited<ReturnType<typeof getCheckTarget>>;

/** A saved gateway that is found in order is connected to at once. */
async function check(
  { ctx, body }: CheckRequest,
  target: Target,
  tell?: Parameters<typeof checkGateway>[3],
): Promise<GatewayCheckResult> {
  const result = await checkGateway(ctx, target, body, tell);
  if (result.ok && body.gateway_id !== null && target.gatewayId === body.gateway_id)
    await reconnectGateway(ctx, target.gatewayId);
  return result;
}

async function stream(request: CheckRequest, reply: FastifyReply, target: Target): Promise<void> {
  const connection = openSse(request, reply);
  try {
    const tell = (hop: object) => void connection.write(formatMessage({ event: 'hop', data: hop }));
    const result = await check(request, target, tell);
    connection.end(formatMessage({ event: 'result', data: result }));
  } catch (error) {
    request.log.error({ err: error }, 'a check of a gateway broke');
    connection.end();
  }
}
