import { connect } from 'node:net';
import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import type { Context } from '../context.ts';
import { formatMessage, openSse, type SseConnection } from './sse.ts';

/** A client that asks for the stream and never reads. */
async function openDeafClient(port: number) {
  const socket = connect(port, '127.0.0.1');
  socket.pause();
  await new Promise((resolve) => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n', resolve));
  return socket;
}

it('sheds a client that does not read, instead of keeping its messages in memory', async () => {
  const router = Fastify();
  router.register(cookie);
  router.addHook('onRequest', async (request) => {
    request.ctx = { orgId: 'any' } as Context; // a stream reads no more of it
  });
  const opened = new Promise<SseConnection>((resolve) => {
    router.get('/', async (request, reply) => resolve(openSse(request, reply)));
  });
  await router.listen({ port: 0, host: '127.0.0.1' });
  const client = await openDeafClient((router.server.address() as { port: number }).port);
  const stream = await opened;
  const message = formatMessage({ event: 'run', data: { text: 'x'.repeat(100_000) } });
  let written = 0;
  while (stream.write(message)) {
    if (++written > 1_000) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(written).toBeLessThan(1_000);
  client.destroy();
  await router.close();
});

it('puts an id, a name and one line of data into a message, whatever the data holds', () => {
  const text = formatMessage({ id: '1-2', event: 'run', data: { name: 'a\nevent: forged\n\n' } });
  expect(text).toBe('id: 1-2\nevent: run\ndata: {"name":"a\\nevent: forged\\n\\n"}\n\n');
});
