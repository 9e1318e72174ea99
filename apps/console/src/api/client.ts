import type { paths } from '@mission-control/sdk/api';
import createClient from 'openapi-fetch';
import { ApiProblem, toProblem } from './problem.ts';

/** The server's API with the types of its contract; signed in by the session cookie. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: reach });

const UNREACHABLE = {
  status: 0,
  code: 'network.unreachable',
  message: 'The server cannot be reached. Check that it runs and that you are online.',
};

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ApiProblem(UNREACHABLE, { cause: error });
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a success; throws an ApiProblem for anything else. */
export async function read<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T; // openapi-fetch sets data for every 2xx; 204 has none and its type says so
  throw toProblem(response.status, error, response.headers.get('x-request-id') ?? undefined);
}
