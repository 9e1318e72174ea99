/** An expected failure with a stable code. The HTTP edge renders it; jobs record it and do not retry. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  /** What the body carries as `detail`: the message, unless the contract asks for an object. */
  readonly body: unknown;
  readonly retryAfterS: number | undefined;

  constructor(code: string, status: number, detail: string, extra: { body?: unknown; retryAfterS?: number } = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.body = extra.body ?? detail;
    this.retryAfterS = extra.retryAfterS;
  }
}

export const notFound = (noun: string, id: string) =>
  new Problem(`${noun}.not_found`, 404, `No ${noun} with id ${id}.`);

export const unauthorized = (detail = 'Send a valid token, or sign in.') =>
  new Problem('auth.unauthorized', 401, detail);

export const forbidden = (detail: string) => new Problem('auth.forbidden', 403, detail);
