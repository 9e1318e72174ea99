import http, { type RequestListener } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { SELF_SIGNED } from './certificate.ts';

/** Something that listens where a gateway should. */
export interface Fake {
  port: number;
  close(): Promise<void>;
}

async function listen(server: net.Server): Promise<Fake> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Accepts connections and says what `greet` writes, or nothing. */
export const startSocketServer = (greet: (socket: Socket) => void = () => undefined): Promise<Fake> =>
  listen(net.createServer(greet));

/** A port that spoke once and does not any more. */
export async function findClosedPort(): Promise<number> {
  const { port, close } = await startSocketServer();
  await close();
  return port;
}

/** TLS with a certificate that nobody trusts, before another port or nothing. */
export const startTlsServer = (targetPort?: number): Promise<Fake> =>
  listen(
    tls.createServer(SELF_SIGNED, (socket) => {
      socket.on('error', () => undefined);
      if (targetPort === undefined) return;
      const target = net.connect(targetPort, '127.0.0.1');
      target.on('error', () => socket.destroy());
      socket.pipe(target).pipe(socket);
    }),
  );

const HEALTHY: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"ok":true,"status":"live"}');
};

/** An HTTP server that answers the upgrade with `upgrade`, a raw answer. */
export function startHttpServer({
  answer = HEALTHY,
  upgrade,
}: {
  answer?: RequestListener;
  upgrade?: string;
}): Promise<Fake> {
  const server = http.createServer(answer);
  server.on('upgrade', (_request, socket) =>
    socket.end(`${upgrade ?? 'HTTP/1.1 404 Not Found'}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
  );
  return listen(server);
}

interface Refusal {
  code: string;
  message: string;
  details?: object;
}

export interface FakeGatewayOptions {
  greets?: boolean;
  /** Sent with the challenge. */
  ts?: number;
  /** Instead of hello. */
  refuses?: { error?: Refusal; closeCode: number };
  hello?: object;
  /** Payloads by method. */
  answers?: Record<string, unknown>;
}

const HELLO = {
  type: 'hello-ok',
  protocol: 4,
  server: { version: '2026.9.6', bootId: 'boot' },
  auth: { role: 'operator', scopes: ['operator.admin', 'operator.approvals', 'operator.read'] },
  policy: { tickIntervalMs: 30_000 },
};

/** A gateway that says exactly what it is told to, whoever asks. */
export async function startFakeGateway(options: FakeGatewayOptions = {}): Promise<Fake> {
  const server = http.createServer(HEALTHY);
  const upgrades = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) =>
    upgrades.handleUpgrade(request, socket, head, (ws) => serve(ws, options)),
  );
  return listen(server);
}

function serve(ws: WebSocket, { greets = true, ts, refuses, hello, answers = {} }: FakeGatewayOptions): void {
  const send = (frame: object) => ws.send(JSON.stringify(frame));
  if (greets) send({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: ts ?? Date.now() } });
  ws.on('message', (data) => {
    const { id, method } = JSON.parse(String(data));
    if (method !== 'connect') return send({ type: 'res', id, ok: true, payload: answers[method] ?? {} });
    if (!refuses) return send({ type: 'res', id, ok: true, payload: { ...HELLO, ...hello } });
    if (refuses.error) send({ type: 'res', id, ok: false, error: refuses.error });
    ws.close(refuses.closeCode);
  });
}
