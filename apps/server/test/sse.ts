import type { TestApp } from './app.ts';

export interface SseMessage {
  id: string | undefined;
  event: string;
  data: Record<string, unknown>;
}

export interface SseClient {
  messages: SseMessage[];
  /** Comments, which keep the connection alive, and what else is no message. */
  others: string[];
  /** Resolves when `count` messages have come. */
  waitFor(count: number): Promise<SseMessage[]>;
  /** Resolves with the first message that is meant. */
  find(isMeant: (message: SseMessage) => boolean): Promise<SseMessage>;
  /** Resolves when `count` parts that are no messages have come. */
  waitForOthers(count: number): Promise<string[]>;
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  close(): void;
}

/** Opens a stream over a real socket. The router must listen. */
export async function openStream(app: TestApp, path: string, headers: Record<string, string> = {}): Promise<SseClient> {
  const address = app.router.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the router does not listen');
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${address.port}/api/v1${path}`, {
    headers: { ...app.owner.headers, ...headers },
    signal: abort.signal,
  });
  if (!response.ok || !response.body)
    throw new Error(`the stream was refused: ${response.status} ${await response.text()}`);
  const messages: SseMessage[] = [];
  const others: string[] = [];
  const waiting = new Set<() => void>();
  const read = async (body: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      messages.push(...parts.flatMap(parseMessage));
      others.push(...parts.filter((part) => parseMessage(part).length === 0));
      for (const wake of waiting) wake();
    }
  };
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const wake = () => {
        const found = look();
        if (found === undefined) return;
        waiting.delete(wake);
        resolve(found);
      };
      waiting.add(wake);
      wake();
    });
  const ended = read(response.body).catch(() => undefined); // an abort is how the client leaves
  return {
    messages,
    others,
    ended,
    close: () => abort.abort(),
    waitFor: (count) => until(() => (messages.length >= count ? messages : undefined)),
    waitForOthers: (count) => until(() => (others.length >= count ? others : undefined)),
    find: (isMeant) => until(() => messages.find(isMeant)),
  };
}

function parseMessage(block: string): SseMessage[] {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const event = field('event');
  return event === undefined ? [] : [{ id: field('id'), event, data: JSON.parse(field('data') ?? '{}') }];
}
