import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials } from '../principal.ts';
import { readCredentials } from './request/credentials.ts';

const HEARTBEAT_MS = 15_000;
/** What may wait in a client's socket before it counts as too slow and is shed; it resumes by id. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** One open `text/event-stream`. */
export interface SseConnection {
  /** Who opened it, and where it left off. */
  opener: { orgId: string; credentials: Credentials; lastEventId: string | undefined };
  /** Writes messages made by {@link formatMessage}; false when the client was shed or has left. */
  write(messages: string): boolean;
  /** Ends the stream, with a last message if given. */
  end(lastMessage?: string): void;
  onClose(listener: () => void): void;
}

/** One message. `data` is serialised here, so a message for many clients is made once. */
export const formatMessage = (message: { id?: string; event: string; data: unknown }): string =>
  `${message.id ? `id: ${message.id}\n` : ''}event: ${message.event}\ndata: ${JSON.stringify(message.data)}\n\n`;

/** Takes the socket over from Fastify and keeps it alive with comments. */
export function openSse(request: FastifyRequest, reply: FastifyReply): SseConnection {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Its socket ends with it: a server that closes waits for sockets that are kept for another request.
    connection: 'close',
    'x-accel-buffering': 'no',
  } as Record<string, string>);
  raw.write('retry: 1000\n\n');
  request.raw.socket.setNoDelay(true);
  const heartbeat = setInterval(() => write(': ping\n\n'), HEARTBEAT_MS).unref();
  raw.on('close', () => clearInterval(heartbeat));
  raw.on('error', () => raw.destroy()); // the client went away in mid-write: nothing to tell anybody

  const end = (lastMessage?: string) => {
    if (!raw.writableEnded) raw.end(lastMessage);
  };
  const write = (messages: string): boolean => {
    if (raw.writableEnded || raw.destroyed) return false;
    if (raw.writableLength > MAX_WAITING_BYTES) {
      end(formatMessage({ event: 'lagged', data: { reason: 'client_too_slow' } }));
      return false;
    }
    raw.write(messages);
    return true;
  };
  const lastId = request.headers['last-event-id'];
  const opener = {
    orgId: request.ctx.orgId,
    credentials: readCredentials(request),
    lastEventId: typeof lastId === 'string' && lastId !== '' ? lastId : undefined,
  };
  return { opener, write, end, onClose: (listener) => void raw.on('close', listener) };
}
