import { expect, test } from 'vitest';
import { readEvents, takeEvents } from './event-stream.ts';

test('whole events are taken, a half one waits', () => {
  const { events, rest } = takeEvents('event: hop\ndata: {"a":1}\n\n: still here\n\nevent: result\ndata: {');
  expect(events).toEqual([{ event: 'hop', data: '{"a":1}' }]);
  expect(rest).toBe('event: result\ndata: {');
});

test('lines of data belong together, and an event without a name is a message', () => {
  expect(takeEvents('data: one\r\ndata: two\r\n\r\n').events).toEqual([{ event: 'message', data: 'one\ntwo' }]);
});

test('events cut anywhere by the network come out whole and in order', async () => {
  const text = 'event: hop\ndata: 1\n\nevent: hop\ndata: 2\n\n';
  const pieces = [...text].map((letter) => new TextEncoder().encode(letter));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const seen: string[] = [];
  for await (const { data } of readEvents(body)) seen.push(data);
  expect(seen).toEqual(['1', '2']);
});
