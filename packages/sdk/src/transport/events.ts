import { findOpener, type Incoming } from './http.ts';

export interface EventsRequest {
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  /** The first byte must come within this time. */
  firstByteMs: number;
  /** Nothing for this long means that the connection is dead. */
  silenceMs: number;
  /** Any byte came. */
  onByte: () => void;
  onMessage: (message: ServerMessage) => void;
}

/** One message of a server-sent stream. */
export interface ServerMessage {
  event: string;
  data: string;
}

/** How a stream went: it was refused, nothing came through, or it was cut after it had worked. */
export type StreamEnd = { kind: 'refused'; status: number } | { kind: 'silent' } | { kind: 'cut' } | { kind: 'away' };

/** Reads server-sent events until the connection ends. Never throws, and never keeps the process alive. */
export async function readEvents(request: EventsRequest): Promise<StreamEnd> {
  const { url, headers, signal, firstByteMs } = request;
  const open = await findOpener(url, true);
  return new Promise((resolve) => {
    const sent = open(
      url,
      { method: 'GET', headers: { ...headers, accept: 'text/event-stream' }, signal },
      (response) => {
        const status = response.statusCode ?? 0;
        if (status === 200) return follow(response, request, resolve);
        response.resume();
        resolve({ kind: 'refused', status });
      },
    );
    const timer = setTimeout(() => sent.destroy(), firstByteMs).unref();
    sent.on('socket', (socket) => socket.unref());
    sent.on('response', () => clearTimeout(timer));
    sent.on('error', () => resolve({ kind: 'away' }));
    sent.end();
  });
}

function follow(
  response: Incoming,
  { firstByteMs, silenceMs, onByte, onMessage }: EventsRequest,
  end: (how: StreamEnd) => void,
): void {
  let hasSpoken = false;
  let text = '';
  const timer = setTimeout(() => response.destroy(), firstByteMs).unref();
  const read = (chunk: string): void => {
    if (!hasSpoken) clearTimeout(timer);
    hasSpoken = true;
    onByte();
    watch.refresh();
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const message = parseMessage(block);
      if (message) onMessage(message);
    }
  };
  const watch = setTimeout(() => response.destroy(), Math.max(silenceMs, firstByteMs)).unref();
  response.setEncoding('utf8');
  response.on('data', read);
  response.on('error', () => undefined); // `close` follows and says it all
  response.on('close', () => {
    clearTimeout(timer);
    clearTimeout(watch);
    end({ kind: hasSpoken ? 'cut' : 'silent' });
  });
}

function parseMessage(block: string): ServerMessage | undefined {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('data: ')) data.push(line.slice(6));
  }
  return data.length > 0 ? { event, data: data.join('\n') } : undefined;
}
