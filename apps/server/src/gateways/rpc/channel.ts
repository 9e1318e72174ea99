import { randomUUID } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import type { Log } from '#server/platform/log/log.ts';
import { Problem } from '#server/platform/problem.ts';
import type { GatewayFrame } from '../connections/connection.ts';
import { Frame } from './frames.schema.ts';
import { GatewayRefusal } from './refusal.ts';

const DEFAULT_MS = 30_000;
const NORMAL_CLOSE = 1000;
const RESTART_CLOSE = 1012;
/** A socket that does not finish its closing is cut off. */
const CLOSING_MS = 2_000;

/** How a connection ended. */
export interface Closed {
  code: number;
  reason: string;
}

/** Requests, their answers and events over one socket. */
export interface Channel {
  /** Throws as `GatewayConnection.call` does. */
  call(method: string, params?: Record<string, unknown>, options?: { timeoutMs?: number }): Promise<unknown>;
  /** When the last frame came, by the clock of `performance`. */
  lastFrameAt(): number;
  close(code?: number, reason?: string): void;
  closed: Promise<Closed>;
}

interface Pending {
  method: string;
  startedAt: number;
  timer: NodeJS.Timeout;
  resolve(payload: unknown): void;
  reject(problem: Problem): void;
}

/** Events go to `onEvent`, in order. Frames that are no frames are ignored, as the gateway ignores ours. */
export function createChannel(socket: WebSocket, log: Log, onEvent: (frame: GatewayFrame) => void): Channel {
  const pending = new Map<string, Pending>();
  let lastFrameAt = performance.now();

  /** Takes a call out of those that wait. Methods and codes are logged; params and payloads never are. */
  const take = (id: string, outcome: string): Pending | undefined => {
    const call = pending.get(id);
    if (!call) return undefined;
    pending.delete(id);
    clearTimeout(call.timer);
    log.debug(
      { method: call.method, outcome, took_ms: Math.round(performance.now() - call.startedAt) },
      'gateway call',
    );
    return call;
  };
  const settle = (frame: Frame & { type: 'res' }) => {
    const call = take(frame.id, frame.ok ? 'ok' : (frame.error?.code ?? 'error'));
    if (frame.ok) call?.resolve(frame.payload);
    else call?.reject(new GatewayRefusal(call.method, frame.error ?? { code: 'UNKNOWN', message: 'no reason given' }));
  };
  socket.on('message', (data, isBinary) => {
    lastFrameAt = performance.now();
    const frame = isBinary ? undefined : readFrame(data);
    if (frame?.type === 'res') settle(frame);
    else if (frame) onEvent({ event: frame.event, payload: frame.payload, seq: frame.seq ?? null });
  });
  // What failed is told by the close that follows, and before the socket is open by whoever opens it.
  socket.on('error', () => undefined);
  const closed = new Promise<Closed>((resolve) => {
    socket.on('close', (code, reason) => {
      for (const id of pending.keys()) take(id, 'closed')?.reject(toLost(code));
      resolve({ code, reason: reason.toString().slice(0, 200) });
    });
  });

  return {
    closed,
    lastFrameAt: () => lastFrameAt,
    call(method, params = {}, { timeoutMs = DEFAULT_MS } = {}) {
      if (socket.readyState !== socket.OPEN) return Promise.reject(toLost(NORMAL_CLOSE));
      const id = randomUUID();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => take(id, 'timeout')?.reject(toTimeout(method, timeoutMs)), timeoutMs);
        pending.set(id, { method, startedAt: performance.now(), timer, resolve, reject });
        socket.send(JSON.stringify({ type: 'req', id, method, params }));
      });
    },
    close(code = NORMAL_CLOSE, reason = '') {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), CLOSING_MS).unref();
    },
  };
}

function readFrame(data: RawData): Frame | undefined {
  try {
    return Frame.safeParse(JSON.parse(data.toString())).data;
  } catch {
    return undefined; // no JSON
  }
}

const toLost = (code: number): Problem =>
  code === RESTART_CLOSE
    ? new Problem('gateway.restarting', 502, 'The gateway restarts.')
    : new Problem('gateway.unreachable', 502, 'The connection to the gateway was lost.');

const toTimeout = (method: string, timeoutMs: number): Problem =>
  new Problem('gateway.timeout', 502, `The gateway did not answer ${method} within ${timeoutMs} ms.`);
