import { type ClientRequest, get } from 'node:http';

/** What one open stream has received; does as little as it can, because it shares two cores with what it measures. */
export interface Subscriber {
  /** How often each text came. */
  received: Map<string, number>;
  /** From the instant in the row to its arrival, of changes made while it was connected; ms. */
  latencies: number[];
  connect(): Promise<void>;
  /** Leaves in mid-stream and comes back by the id of the last message. */
  reconnect(): Promise<void>;
  close(): void;
}

export function createSubscriber(url: string, token: string): Subscriber {
  const received = new Map<string, number>();
  const latencies: number[] = [];
  let request: ClientRequest | undefined;
  let lastId: string | undefined;
  let connectedAt = 0;

  const take = (message: string) => {
    const text = /"message":"(change \d+)"/.exec(message)?.[1];
    if (text === undefined) return;
    lastId = /^id: (.+)$/m.exec(message)?.[1];
    received.set(text, (received.get(text) ?? 0) + 1);
    const madeAt = Date.parse(/"created_at":"([^"]+)"/.exec(message)?.[1] ?? '');
    if (madeAt > connectedAt) latencies.push(Date.now() - madeAt);
  };
  const connect = () =>
    new Promise<void>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, ...(lastId ? { 'last-event-id': lastId } : {}) };
      const own = get(url, { headers, agent: false }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`the stream was refused: ${answer.statusCode}`));
        let rest = '';
        connectedAt = Date.now();
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          if (request !== own) return; // left: what comes on the way does not count
          const parts = (rest + chunk).split('\n\n');
          rest = parts.pop() ?? '';
          for (const part of parts) take(part);
        });
        answer.on('error', () => undefined); // it is how one leaves
        resolve();
      });
      request = own;
      own.on('error', reject);
    });
  const leave = () => {
    const left = request;
    request = undefined;
    left?.destroy();
  };
  return {
    received,
    latencies,
    connect,
    async reconnect() {
      leave();
      await connect();
    },
    close: leave,
  };
}
