import cookie from '@fastify/cookie';
import Fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { type Platform, systemContext } from '../context.ts';
import { newId } from '../ids.ts';
import type { Authenticate, Principal } from '../principal.ts';
import { notFound, unauthorized } from '../problem.ts';
import { sendError } from './errors.ts';
import { applyCors, securityHeaders } from './headers.ts';
import { replayRepeatedPosts } from './idempotency/idempotency.ts';
import type { RateLimiter } from './limits/rate-limit.ts';
import { createClientIp } from './request/client-ip.ts';
import { readCredentials } from './request/credentials.ts';
import { assertStorableUrl, parseJsonBody } from './request/json.ts';
import { tagVersions } from './request/version.ts';
import type { Router } from './route.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
const HEALTH_PATHS = new Set(['/health', '/healthz', '/readyz']);

/** Builds the HTTP server: request ids, headers, authentication by each route's declared access, one error envelope. */
export function createServer(platform: Platform, authenticate: Authenticate, limiter: RateLimiter): Router {
  const { config, log } = platform;
  const router = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    genReqId: (request) => acceptRequestId(request.headers['x-request-id']) ?? newId(),
  }).withTypeProvider<ZodTypeProvider>();
  router.setValidatorCompiler(validatorCompiler);
  router.setSerializerCompiler(serializerCompiler);
  router.register(cookie);
  acceptJsonBodies(router);
  router.setErrorHandler(sendError);
  router.setNotFoundHandler((request) => {
    throw notFound('route', `${request.method} ${request.url.split('?')[0]}`);
  });
  authorizeRequests(router, platform, authenticate, limiter);
  tagVersions(router);
  replayRepeatedPosts(router, platform);
  logFinishedRequests(router, config.requestLogSlowMs, config.requestLogIncludeHealth);
  return router as unknown as Router;
}

const acceptRequestId = (header: string | string[] | undefined): string | undefined => {
  const id = typeof header === 'string' ? header.trim() : '';
  return /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
};

type AnyRouter = Pick<Router, 'addHook' | 'addContentTypeParser' | 'removeContentTypeParser' | 'decorateRequest'>;

function acceptJsonBodies(router: AnyRouter): void {
  router.removeContentTypeParser(['application/json', 'text/plain']);
  router.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as string));
    } catch (error) {
      done(error as Error);
    }
  });
}

function authorizeRequests(
  router: AnyRouter,
  platform: Platform,
  authenticate: Authenticate,
  limiter: RateLimiter,
): void {
  const headers = securityHeaders(platform.config);
  const clientIpOf = createClientIp(platform.config.trustedProxies);
  router.decorateRequest('ctx');
  router.decorateRequest('principal');
  router.decorateRequest('clientIp', '');
  router.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(headers).header('x-request-id', request.id);
    request.clientIp = clientIpOf(request);
    if (applyCors(platform.config, request, reply)) return reply;
    assertStorableUrl(request.url);
    const { access = 'public', perMinute } = request.routeOptions.config;
    const from = { id: request.id, ip: request.clientIp };
    if (access === 'public') {
      request.ctx = { ...systemContext(platform, ''), actor: { kind: 'system', id: 'anonymous' }, request: from };
      return;
    }
    const principal = await authenticate(readCredentials(request));
    if (!principal) throw unauthorized();
    const { orgId, caller } = await admit(principal, access, (request.params as { board_id?: string }).board_id);
    if (perMinute !== undefined) limiter.take(`${request.routeOptions.url}:${principal.actor.id}`, perMinute);
    request.principal = principal;
    request.ctx = { ...platform, orgId, caller, actor: principal.actor, request: from };
  });
}

/** Lets the caller use a route: by its rights on the board that the path names, else in its own organization. */
async function admit(principal: Principal, access: string, boardId: string | undefined) {
  if (boardId !== undefined) return principal.enter(access, boardId);
  const problem = principal.deny(access);
  if (problem) throw problem;
  return principal;
}

function logFinishedRequests(router: AnyRouter, slowMs: number, includeHealth: boolean): void {
  router.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0] ?? '';
    if (HEALTH_PATHS.has(path) && !includeHealth) return;
    const ms = Math.round(reply.elapsedTime);
    const { statusCode } = reply;
    const line = { method: request.method, path, status: statusCode, ms, slow: ms >= slowMs };
    const isOdd = statusCode >= 400 || line.slow;
    if (statusCode >= 500) request.log.error(line, 'request');
    else if (isOdd) request.log.warn(line, 'request');
    else request.log.info(line, 'request');
  });
}
