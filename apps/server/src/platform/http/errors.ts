import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { Problem } from '../problem.ts';

/** Fastify's own refusals of a request, under our codes. */
const REFUSALS: Record<string, [code: string, status: number, detail: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['request.too_large', 413, 'The body is larger than this operation accepts.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['request.unsupported_media_type', 415, 'Send this operation application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'request.invalid',
    422,
    'The body is shorter or longer than Content-Length says.',
  ],
};

/** Connection losses, shutdowns and deadlocks of PostgreSQL: the request may be sent again. */
const DATABASE_AWAY = /^(08|57P0|53300|40P01)|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE/;

/** Turns anything thrown into the one error envelope. */
export function sendError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
  if (problem.retryAfterS !== undefined) reply.header('retry-after', String(problem.retryAfterS));
  return reply
    .code(problem.status)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send({ detail: problem.body, code: problem.code, request_id: request.id, retryable: problem.isRetryable });
}

function toProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error as Error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const refusal = REFUSALS[code];
  if (refusal) return new Problem(...refusal);
  if (isDatabaseAway(error, code))
    return new Problem('service.unavailable', 503, 'The database is away or busy. Try again shortly.', {
      retryAfterS: 2,
    });
  if ('statusCode' in error && error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new Problem('request.invalid', error.statusCode, error.message);
  return new Problem('internal', 500, 'Something went wrong here. The request id finds it in the log.');
}

const isDatabaseAway = (error: Error, code: string) =>
  DATABASE_AWAY.test(code) ||
  error.message.startsWith('Connection terminated') ||
  error.message.includes('timeout exceeded when trying to connect');

/** What the validator leaves on the error; its own type says less. */
interface ValidationError extends Error {
  validationContext?: string;
  validation: { instancePath: string; message?: string; keyword: string }[];
}

function invalidRequest(error: Error): Problem {
  const { validation, validationContext } = error as ValidationError;
  const body = validation.map((issue) => ({
    loc: [validationContext ?? 'body', ...issue.instancePath.split('/').slice(1)],
    msg: issue.message ?? 'is not valid',
    type: issue.keyword,
  }));
  const first = body[0];
  return new Problem('request.invalid', 422, first ? `${first.loc.join('.')}: ${first.msg}` : error.message, { body });
}
