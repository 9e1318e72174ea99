import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Principal } from '../principal.ts';

/** The server as modules see it: Fastify with zod schemas. */
export type Router = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** One module's routes, mounted under `/api/v1`. */
export type Routes = (router: Router) => void;

declare module 'fastify' {
  interface FastifyRequest {
    ctx: Context;
    /** Set on every route whose access is not `public`. */
    principal: Principal;
    /** Who calls, seen through trusted proxies. */
    clientIp: string;
  }
  interface FastifyContextConfig {
    /** Who may call: a permission of `identity/access.rules.ts`. Every route declares one. */
    access?: string;
    /** Calls of this route that one caller may make in a minute; refused ones do not count. */
    perMinute?: number;
  }
}

/** The body of every 4xx and 5xx answer. */
export const ProblemBody = z
  .object({
    detail: z.unknown().describe('For people: where it failed, why, and what to do.'),
    code: z.string().describe('For programs: noun.reason.'),
    request_id: z.string(),
    retryable: z.boolean().describe('Whether the same call may succeed later.'),
  })
  .meta({ id: 'Problem' });

/** The answer of a change that shows no row. */
export const OkResponse = z.object({ ok: z.boolean() }).meta({ id: 'OkResponse' });
export const OK = { ok: true };

/** The answers that any operation may give besides its own. */
export const problems = <S extends number>(...statuses: S[]) =>
  Object.fromEntries(statuses.map((status) => [status, ProblemBody])) as Record<S, typeof ProblemBody>;

/** Sends JSON that the database wrote as it is: to read, check and write 50 tasks again took as long as all the rest. */
export const sendJsonText = (reply: FastifyReply, text: string): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(text);
