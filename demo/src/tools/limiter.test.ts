import { expect, test } from 'vitest';
import { createLimiter, TooManyRequests } from './limiter.ts';

function createClock() {
  let now = 0;
  return { read: () => now, pass: (ms: number) => (now += ms) };
}

test('a burst goes through, the next request is refused with the time to wait', () => {
  const takeRequest = createLimiter('index', { perSecond: 2, burst: 2 }, createClock().read);
  takeRequest();
  takeRequest();
  expect(takeRequest).toThrow(TooManyRequests);
  expect(takeRequest).toThrow('429 Too Many Requests: index is rate-limited, retry after 500 ms.');
});

test('after the time to wait one request goes through and no more', () => {
  const clock = createClock();
  const takeRequest = createLimiter('index', { perSecond: 2, burst: 2 }, clock.read);
  takeRequest();
  takeRequest();
  clock.pass(500);
  takeRequest();
  expect(takeRequest).toThrow(TooManyRequests);
});

test('a long pause saves no more than the burst', () => {
  const clock = createClock();
  const takeRequest = createLimiter('index', { perSecond: 2, burst: 2 }, clock.read);
  clock.pass(60_000);
  takeRequest();
  takeRequest();
  expect(takeRequest).toThrow(TooManyRequests);
});
