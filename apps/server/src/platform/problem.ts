/** An expected failure with a stable code. The HTTP edge renders it; jobs record it and do not retry. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  /** What the body carries as `detail`: the message, unless the contract asks for an object. */
  readonly body: unknown;
  readonly retryAfterS: number | undefined;
  /** Whether the same call may succeed later: what a job that threw it does then. */
  readonly isRetryable: boolean;

  constructor(code: string, status: number, detail: string, extra: ProblemExtra = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.body = extra.body ?? detail;
    this.retryAfterS = extra.retryAfterS;
    this.isRetryable = extra.isRetryable ?? (status === 429 || status >= 502);
  }
}

interface ProblemExtra {
  body?: unknown;
  retryAfterS?: number;
  isRetryable?: boolean;
}

/** Throws `resource.version_conflict` when the caller saw another version than the current one. */
export function assertVersion(current: number, expected: number | undefined): void {
  if (expected === undefined || expected === current) return;
  const message = `This was changed meanwhile: you saw version ${expected}, it is ${current} now. Read it again.`;
  throw new Problem('resource.version_conflict', 409, message, { body: { message, current_version: current } });
}

export const notFound = (noun: string, id: string) =>
  new Problem(`${noun}.not_found`, 404, `No ${noun} with id ${id}.`);

export const unauthorized = (detail = 'Send a valid token, or sign in.') =>
  new Problem('auth.unauthorized', 401, detail);

export const forbidden = (detail: string) => new Problem('auth.forbidden', 403, detail);

/** What a statement gives; `problem` instead when it fails on the database's constraint or unique index `name`. */
export async function onConstraint<T>(statement: Promise<T>, name: string, problem: () => Problem): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (error instanceof Error && 'constraint' in error && error.constraint === name) throw problem();
    throw error;
  }
}
