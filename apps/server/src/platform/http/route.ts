import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../context.ts';

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
  }
  interface FastifyContextConfig {
    /** Who may call: a permission of `identity/access.rules.ts`. Every route declares one. */
    access?: string;
  }
}

/** The body of every 4xx and 5xx answer. */
export const ProblemBody = z
  .object({
    detail: z.unknown().describe('For people: where it failed, why, and what to do.'),
    code: z.string().describe('For programs: noun.reason.'),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });

/** The answers that any operation may give besides its own. */
export const problems = <S extends number>(...statuses: S[]) =>
  Object.fromEntries(statuses.map((status) => [status, ProblemBody])) as Record<S, typeof ProblemBody>;

/** `?cursor=&limit=` of every list that answers `{items, next_cursor}`. */
export const CursorQuery = z.object({
  cursor: z.string().max(500).optional().describe('`next_cursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** `{items, next_cursor}`; `next_cursor` is null on the last page. */
export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });
