/** A request above the limit, as a service would answer it. */
export class TooManyRequests extends Error {
  readonly status = 429;
  readonly retryAfterMs: number;

  constructor(service: string, retryAfterMs: number) {
    super(`429 Too Many Requests: ${service} is rate-limited, retry after ${Math.ceil(retryAfterMs)} ms.`);
    this.name = 'TooManyRequests';
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Limit {
  perSecond: number;
  burst: number;
}

/**
 * A token bucket: each call of the function it returns takes one request. Throws {@link TooManyRequests} when none is left.
 * @param nowMs a clock, for tests
 */
export function createLimiter(service: string, { perSecond, burst }: Limit, nowMs = () => performance.now()) {
  let left = burst;
  let at = nowMs();
  return function takeRequest(): void {
    const now = nowMs();
    left = Math.min(burst, left + ((now - at) / 1000) * perSecond);
    at = now;
    if (left < 1) throw new TooManyRequests(service, ((1 - left) / perSecond) * 1000);
    left -= 1;
  };
}
