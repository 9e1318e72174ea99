/** An answer of the server that is not a success, in its own words. `status` 0: it was not reached at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** What the server said in full: a sentence, or an object that names more. */
  readonly detail: unknown;

  constructor(
    input: { status: number; code: string; message: string; requestId?: string; detail?: unknown },
    options?: ErrorOptions,
  ) {
    super(input.message, options);
    this.name = 'ApiProblem';
    this.status = input.status;
    this.code = input.code;
    this.requestId = input.requestId;
    this.detail = input.detail;
  }
}

/** Reads the error envelope `{detail, code, request_id}`; anything else keeps at least its status. */
export function toProblem(status: number, body: unknown, requestId: string | undefined): ApiProblem {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new ApiProblem({
    status,
    code: typeof fields.code === 'string' ? fields.code : `http.${status}`,
    message: toSentence(fields.detail) ?? `The server answered ${status}.`,
    detail: fields.detail,
    ...(typeof fields.request_id === 'string'
      ? { requestId: fields.request_id }
      : requestId !== undefined && { requestId }),
  });
}

/** Says the `detail` of a problem: a sentence, or a list of issues with their path, or an object with a message. */
export function toSentence(detail: unknown): string | undefined {
  if (typeof detail === 'string') return detail;
  if (Array.isArray(detail)) return detail.map(toIssue).join(' ');
  if (typeof detail === 'object' && detail !== null && 'message' in detail) return String(detail.message);
  return undefined;
}

function toIssue(issue: unknown): string {
  if (typeof issue !== 'object' || issue === null) return String(issue);
  const { loc, path, msg, message } = issue as Record<string, unknown>;
  const where = Array.isArray(loc) ? loc.join('.') : typeof path === 'string' ? path : '';
  return `${where}${where ? ': ' : ''}${String(msg ?? message ?? '')}`;
}

/** Any thrown value as what an error state shows. */
export function toFailure(error: unknown): { message: string; code?: string; requestId?: string | undefined } {
  if (error instanceof ApiProblem) return { message: error.message, code: error.code, requestId: error.requestId };
  return { message: error instanceof Error ? error.message : String(error) };
}

/** Whether the error is an answer with this status. */
export const hasStatus = (error: unknown, status: number) => error instanceof ApiProblem && error.status === status;
