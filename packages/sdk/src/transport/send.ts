import { type HttpResponse, sendRequest } from './http.ts';

/** What became of a request, in the words of what to do next. */
export type Outcome =
  | { kind: 'accepted'; answer: BatchAnswer }
  | { kind: 'again'; afterMs: number | undefined }
  | { kind: 'too_large' }
  | { kind: 'unauthorized' }
  | { kind: 'refused'; status: number };

/** The server's answer to a batch. */
export interface BatchAnswer {
  rejected: number;
  need: string[];
  keep: string[];
  throttleMs: number;
  bundles: Record<string, number>;
}

const TIMEOUT_MS = 5_000;

interface SendRequest {
  url: string;
  token: string;
  encoding: string;
  body: Buffer;
  isUrgent: boolean;
  /** Cuts the request short. */
  signal: AbortSignal;
}

/** Sends a batch once. Never throws: a network fault is an outcome. */
export async function sendBatch({ url, token, encoding, body, isUrgent, signal }: SendRequest): Promise<Outcome> {
  try {
    const response = await sendRequest({
      url: `${url}/api/v1/telemetry/batches`,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/x-ndjson',
        'content-encoding': encoding,
        ...(isUrgent ? { 'mc-priority': 'high' } : {}),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    return toOutcome(response);
  } catch {
    // The server is away, slow or cut the connection; the batch is kept.
    return { kind: 'again', afterMs: undefined };
  }
}

function toOutcome({ status, header, text }: HttpResponse): Outcome {
  if (status === 200) return toAccepted(text);
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 413) return { kind: 'too_large' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const seconds = Number(header('retry-after') ?? Number.NaN);
    return { kind: 'again', afterMs: seconds >= 0 ? Math.min(seconds, 60) * 1_000 : undefined };
  }
  return { kind: 'refused', status };
}

function toAccepted(text: string): Outcome {
  try {
    const answer = JSON.parse(text) as Record<string, unknown>;
    const rejected = Array.isArray(answer.rejected) ? answer.rejected.length : 0;
    return {
      kind: 'accepted',
      answer: {
        rejected: Number(answer.rejected_total ?? rejected) || 0,
        need: toStrings(answer.need),
        keep: toStrings(answer.keep),
        throttleMs: Math.min(Number(answer.throttle_ms) || 0, 60_000),
        bundles: toNumbers(answer.bundles),
      },
    };
  } catch {
    // A 200 that is not the server's (a captive portal, a proxy): nothing was stored.
    return { kind: 'again', afterMs: undefined };
  }
}

const toStrings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

const toNumbers = (value: unknown): Record<string, number> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([, n]) => typeof n === 'number'))
    : {};
