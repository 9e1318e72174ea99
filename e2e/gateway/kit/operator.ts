import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const SCOPES = ['operator.read', 'operator.write', 'operator.admin', 'operator.pairing'];

/** Somebody who runs the gateway, at its own host: what tests prepare and prove there goes past Mission Control. */
export interface Operator {
  /** One call of the protocol; throws what the gateway refuses. */
  call(method: string, params?: Record<string, unknown>): Promise<Answer>;
  /** Waits until writes of the configuration are applied. */
  settled(): Promise<void>;
  close(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of many methods; each look is an expectation
type Answer = any;

interface Frame {
  id?: string;
  event?: string;
  ok?: boolean;
  payload?: Answer;
  error?: { code: string; message: string };
}

/** Connects as the gateway's own command line does. It takes no approvals, so that it is no route for them. */
export async function connectOperator(url: string, token: string): Promise<Operator> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const waiting = new Map<string, (frame: Frame) => void>();
  const challenged = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const frame: Frame = JSON.parse(String(data));
      if (frame.event === 'connect.challenge') resolve();
      waiting.get(frame.id ?? '')?.(frame);
    });
  });
  await once(socket, 'open');
  await challenged;

  const call = async (method: string, params: Record<string, unknown> = {}): Promise<Answer> => {
    const id = randomUUID();
    const frame = await new Promise<Frame>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ type: 'req', id, method, params }));
    });
    waiting.delete(id);
    if (!frame.ok) throw new Error(`${method}: ${frame.error?.message}`);
    return frame.payload;
  };
  await call('connect', {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id: 'gateway-client', mode: 'backend', version: '0.0.0', platform: 'linux', displayName: 'Test' },
    role: 'operator',
    scopes: SCOPES,
    caps: [],
    auth: { token },
  });
  return {
    call,
    async settled() {
      while (true) {
        const { appliedConfigHash, configRevisionHash } = await call('config.get');
        if (appliedConfigHash === configRevisionHash) return;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    },
    close: () => socket.close(),
  };
}
