import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../ingest/random.ts';

/** Slow enough that a kill now and then hits a call. */
const ANSWER_MS = 30;

/** An operator's deployment endpoint that is sometimes out of order. */
export interface Target {
  url: string;
  /** The bodies that came under each idempotency key. */
  calls: Map<string, Set<string>>;
  close(): void;
}

export async function startTarget(random: Random): Promise<Target> {
  const calls: Target['calls'] = new Map();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const key = String(request.headers['idempotency-key']);
    calls.set(key, (calls.get(key) ?? new Set<string>()).add(body));
    await sleep(ANSWER_MS);
    response.writeHead(random.below(5) === 0 ? 503 : 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/swap`,
    calls,
    close: () => void server.close(),
  };
}
