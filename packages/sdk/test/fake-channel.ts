import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { canonicalJson } from '@mission-control/policy';

/** The server's side of a command channel, with faults on demand. */
export interface FakeChannel {
  /** Base64. */
  key: string;
  /** Sends a signed command to whoever listens, and to who comes; answers it for sending it again. */
  tell: (type: string, body?: Record<string, unknown>) => SignedCommand;
  /** Sends anything as a command. */
  send: (command: unknown) => void;
  sign: <T extends object>(value: T) => T & { mac: string };
  /** Streams that are open. */
  streams: Set<ServerResponse>;
  /** Ids that polls acknowledged. */
  acks: string[];
  polls: number;
  /** What `Last-Event-ID` streams came with. */
  lastIds: (string | undefined)[];
  /** Streams get no byte. */
  isMute: boolean;
  serve: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface SignedCommand {
  id: string;
  seq: number;
  mac: string;
}

export function createFakeChannel(): FakeChannel {
  const key = randomBytes(32);
  const waiting: { seq?: number }[] = [];
  const polling = new Set<ServerResponse>();
  let seq = 0;
  const sign = <T extends object>(value: T) => ({
    ...value,
    mac: createHmac('sha256', key).update(canonicalJson(value)).digest('base64'),
  });
  const write = (response: ServerResponse, command: { seq?: number }): void => {
    response.write(`id: ${command.seq ?? 0}\nevent: command\ndata: ${JSON.stringify(command)}\n\n`);
  };
  const answer = (response: ServerResponse): void => {
    polling.delete(response);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ commands: waiting.splice(0) }));
  };
  const channel: FakeChannel = {
    key: key.toString('base64'),
    sign,
    streams: new Set(),
    acks: [],
    polls: 0,
    lastIds: [],
    isMute: false,
    send: (command) => {
      const sent = command as { seq?: number };
      if (channel.streams.size === 0 || channel.isMute) waiting.push(sent);
      if (!channel.isMute) for (const stream of channel.streams) write(stream, sent);
      for (const response of polling) answer(response);
    },
    tell: (type, body = {}) => {
      const expires_at = new Date(Date.now() + 60_000).toISOString();
      const command = sign({ id: randomUUID(), seq: ++seq, type, expires_at, body });
      channel.send(command);
      return command;
    },
    serve: (request, response) => {
      if (request.url?.endsWith('/poll')) {
        channel.polls++;
        let text = '';
        request.on('data', (chunk) => {
          text += chunk;
        });
        request.on('end', () => {
          channel.acks.push(...(JSON.parse(text) as { ack: string[] }).ack);
          if (waiting.length > 0) answer(response);
          else polling.add(response);
        });
        return;
      }
      channel.lastIds.push(request.headers['last-event-id'] as string | undefined);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      channel.streams.add(response);
      response.on('close', () => channel.streams.delete(response));
      if (channel.isMute) return;
      response.write(': hello\n\n');
      for (const command of waiting.splice(0)) write(response, command);
    },
  };
  return channel;
}
