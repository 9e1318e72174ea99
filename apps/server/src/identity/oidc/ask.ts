import type { z } from 'zod';
import { type OutgoingAnswer, type OutgoingRequest, request } from '#server/platform/outgoing/request.ts';
import { Problem } from '#server/platform/problem.ts';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1 << 20;

/** The operator names the provider's addresses, so they may be in the own network; else as every outgoing request. */
const REACH = { config: { allowPrivateTargets: true } };

/** Sends a request to the identity provider. Throws the problems of the outgoing client. */
export const ask = (wanted: Pick<OutgoingRequest, 'method' | 'url' | 'headers' | 'body'>): Promise<OutgoingAnswer> =>
  request(REACH, { ...wanted, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });

/** Reads a JSON document of the identity provider. Throws `service.unavailable` when it gives none of that shape. */
export async function askJson<S extends z.ZodType>(
  url: string,
  shape: S,
  headers: Record<string, string> = {},
): Promise<z.infer<S>> {
  try {
    const { status, body } = await ask({ url, headers });
    const parsed = status === 200 ? shape.safeParse(JSON.parse(body.toString('utf8'))) : undefined;
    if (parsed?.success) return parsed.data;
  } catch (error) {
    if (!(error instanceof Problem) && !(error instanceof SyntaxError)) throw error;
  }
  throw providerAway();
}

export const providerAway = () =>
  new Problem('service.unavailable', 503, 'The identity provider does not answer as it should. Try again shortly.', {
    retryAfterS: 5,
  });
