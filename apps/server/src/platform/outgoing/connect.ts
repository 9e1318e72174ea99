import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pinTo } from './resolve.ts';

/** One hop of an outgoing request. */
export interface Target {
  method?: string;
  url: URL;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Certificate authorities in PEM that are believed instead of the system's. */
  ca?: string;
}

/** Sends one request to one of `addresses`; resolves with the head of the answer, whose body is still to be read. */
export function connect(
  { method = 'GET', url, headers, body, ca }: Target,
  addresses: string[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      signal,
      headers: {
        'user-agent': 'mission-control',
        'accept-encoding': 'identity',
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
      lookup: pinTo(addresses),
      // A connection of its own: shared ones may have been opened under another check, or through a proxy.
      agent: false,
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
    });
    outgoing.on('error', reject);
    outgoing.on('response', resolve);
    outgoing.end(body);
  });
}
