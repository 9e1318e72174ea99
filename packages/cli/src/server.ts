import { readEnvironment } from './environment.ts';

interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: object;
  accept?: string;
}

/** Calls the server of MC_URL with MC_KEY. Throws a sentence when it does not answer 2xx. */
export async function call(path: string, { method = 'GET', body, accept }: Call = {}): Promise<Response> {
  const { url, key } = readEnvironment();
  if (!key)
    throw new Error("set MC_KEY to a token of an admin of the organization, and MC_URL to the server's address");
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(accept && { accept }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error(`${url} cannot be reached`);
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: unknown }; // our server's form
  const detail = typeof problem.detail === 'string' ? problem.detail : JSON.stringify(problem.detail);
  throw new Error(`the server answered ${response.status} ${problem.code ?? ''}: ${detail}`);
}

/** {@link call}, for an answer of JSON whose shape the server's contract says. */
export const callJson = async <T>(path: string, options?: Call): Promise<T> =>
  (await (await call(path, options)).json()) as T;
