import type { FastifyRequest } from 'fastify';
import type { Router } from '../route.ts';

/** Answers of a row with a `version` carry it as `ETag: "<version>"`. */
export function tagVersions(router: Pick<Router, 'addHook'>): void {
  router.addHook('preSerialization', async (_request, reply, payload: unknown) => {
    if (
      reply.statusCode < 300 &&
      typeof payload === 'object' &&
      payload !== null &&
      'version' in payload &&
      Number.isInteger(payload.version)
    )
      reply.header('etag', `"${payload.version}"`);
    return payload;
  });
}

/** The version that the caller saw, from `If-Match: "3"` or the body's `version`; undefined when it does not care. */
export function expectedVersion({ headers, body }: Pick<FastifyRequest, 'headers' | 'body'>): number | undefined {
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(headers['if-match']?.trim() ?? '');
  if (match) return Number(match[1]);
  const version = (body as { version?: unknown } | null | undefined)?.version;
  return typeof version === 'number' ? version : undefined;
}
