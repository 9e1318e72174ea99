import type { TestApp } from '../../apps/server/test/app.ts';
import type { Request } from './request.ts';

export interface Answer {
  status: number;
  text: string;
}

/** Sends one request to the application. */
export async function send(app: TestApp, request: Request, headers: Record<string, string>): Promise<Answer> {
  const { method, url, body, contentType } = request;
  const payload = body as object | undefined; // any JSON; the type of inject knows objects and strings
  const answer = await app.router.inject({
    method,
    url,
    headers: { ...headers, ...(contentType !== undefined && { 'content-type': contentType }) },
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, text: answer.body };
}
