import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';

/** Scripts only from here; styles may be inline, because overlay primitives measure and lock scrolling that way. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const EXPOSED = 'X-Total-Count, X-Limit, X-Offset, X-Request-Id, ETag, Retry-After';

/** The headers that every answer carries. */
export const securityHeaders = (config: Config): Record<string, string> => ({
  ...config.securityHeaders,
  'content-security-policy': CONTENT_SECURITY_POLICY,
});

/** CORS for the listed origins only. Answers a preflight and returns true; else only adds headers. */
export function applyCors(config: Config, request: FastifyRequest, reply: FastifyReply): boolean {
  const { origin } = request.headers;
  if (!origin || !config.corsOrigins.includes(origin)) return false;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': EXPOSED,
    vary: 'Origin',
  });
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return false;
  reply
    .code(204)
    .headers({
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
      'access-control-max-age': '600',
    })
    .send();
  return true;
}
