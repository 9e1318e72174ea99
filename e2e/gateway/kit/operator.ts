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

interface OperatorOptions {
  /** Makes it a route for approvals, which it is told of. */
  onApproval?: (event: string, payload: Answer) => void;
}

/** Connects as the gateway's own command line does. Without `onApproval` it is no route for approvals. */
export async function connectOperator(
  url: string,
  token: string,
  { onApproval }: OperatorOptions = {},
): Promise<Operator> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const waiting = new Map<string, (frame: Frame) => void>();
  const challenged = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const frame: Frame = JSON.parse(String(data));
      if (frame.event === 'connect.challenge') resolve();
      waiting.get(frame.id ?? '')?.(frame);
      if (frame.event?.includes('.approval.')) onApproval?.(frame.event, frame.payload);
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
    scopes: onApproval ? [...SCOPES, 'operator.approvals'] : SCOPES,
    caps: onApproval ? ['approvals'] : [],
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
