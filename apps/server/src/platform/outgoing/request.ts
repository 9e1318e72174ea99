import { createWriteStream } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../problem.ts';
import { connect, type Target } from './connect.ts';
import { type Reach, resolveTarget } from './resolve.ts';
import { parseTarget } from './targets.ts';

export interface OutgoingRequest {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Certificate authorities in PEM that are believed instead of the system's. */
  ca?: string;
  /** From the resolution of the name to the last byte of the answer. */
  timeoutMs: number;
  /** Of the answer's body. */
  maxBytes: number;
  /** Redirects to follow (GET only), each checked as the first address was; none unless said. */
  redirects?: number;
}

export interface OutgoingAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * The one way out: sends an HTTP(S) request to an address that somebody configured, never into the own network unless
 * the configuration allows it. The name is resolved once and the connection goes to what was checked; TLS is verified;
 * no proxy of the environment is used; a redirect that is not followed is the answer.
 * Throws `target.forbidden` (422), and retryable `target.unreachable`, `target.timeout`, `target.too_large` (502).
 */
export const request = (reach: Reach, wanted: OutgoingRequest): Promise<OutgoingAnswer> =>
  exchange(reach, wanted, async (response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of limitBytes(response, wanted.maxBytes)) chunks.push(chunk);
    return { ...toHead(response), body: Buffer.concat(chunks) };
  });

/** As {@link request}, for senders that only want to know whether it was taken: the body is dropped, however long. */
export const send = (reach: Reach, wanted: OutgoingRequest): Promise<Omit<OutgoingAnswer, 'body'>> =>
  exchange(reach, wanted, async (response) => {
    let left = wanted.maxBytes;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      left -= chunk.length;
      if (left < 0) break;
    }
    return toHead(response);
  });

/** As {@link request}, with the body of a 2xx answer written to `file`, partly when it fails; of another it is dropped. */
export const download = (
  reach: Reach,
  wanted: OutgoingRequest & { file: string },
): Promise<Omit<OutgoingAnswer, 'body'>> =>
  exchange(reach, wanted, async (response) => {
    const head = toHead(response);
    if (head.status >= 200 && head.status < 300)
      await pipeline(limitBytes(response, wanted.maxBytes), createWriteStream(wanted.file, { mode: 0o600 }));
    return head;
  });

const toHead = ({ statusCode = 0, headers }: IncomingMessage) => ({ status: statusCode, headers });

/** Sends the request, follows what may be followed and hands the answer to `read`; all of it within the time. */
async function exchange<T>(
  reach: Reach,
  wanted: OutgoingRequest,
  read: (response: IncomingMessage) => Promise<T>,
): Promise<T> {
  const { timeoutMs, redirects = 0 } = wanted;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    let target: Target = { ...wanted, url: parseTarget(wanted.url) };
    for (let left = redirects; ; left--) {
      const response = await hop(reach, target, timeout);
      const next = left > 0 ? findRedirect(target, response) : undefined;
      try {
        if (next === undefined) return await read(response);
      } finally {
        response.destroy();
      }
      target = next;
    }
  } catch (error) {
    throw toProblem(error, timeout, timeoutMs);
  }
}

async function hop(reach: Reach, target: Target, timeout: AbortSignal): Promise<IncomingMessage> {
  const addresses = await resolveTarget(reach, target.url, timeout);
  return connect(target, addresses, timeout);
}

/** Where a redirect leads. Another origin does not get the headers, which may hold credentials. */
function findRedirect({ method = 'GET', url, headers }: Target, response: IncomingMessage): Target | undefined {
  const { statusCode = 0 } = response;
  const location = response.headers.location;
  if (method !== 'GET' || ![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return undefined;
  const next = parseTarget(location, url.href);
  return { method, url: next, ...(headers && next.origin === url.origin ? { headers } : {}) };
}

async function* limitBytes(response: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Problem('target.too_large', 502, `The answer is larger than ${maxBytes} bytes.`);
    yield chunk;
  }
}

function toProblem(error: unknown, timeout: AbortSignal, timeoutMs: number): unknown {
  if (error instanceof Problem) return error;
  if (timeout.aborted) return new Problem('target.timeout', 502, `The target did not answer within ${timeoutMs} ms.`);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // Errors of the network carry a code (ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED …); others are defects of ours.
  if (code === undefined) return error;
  return new Problem('target.unreachable', 502, `The target could not be reached (${code}).`);
}
