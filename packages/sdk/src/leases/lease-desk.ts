import { nowMicros } from '../clock.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { components } from '../generated/api.d.ts';
import { sleep, toBackoffMs } from '../transport/backoff.ts';
import { type HttpResponse, sendRequest } from '../transport/http.ts';
import type { Price } from './spending.ts';

type Schemas = components['schemas'];
export type LeaseAnswer = Schemas['LeaseAnswer'];

/** `away`: no answer now, the same may be asked again; `refused`: by its code. */
export type Answered = LeaseAnswer | 'away' | { refused: string };

const ANSWER_MS = 10_000;
/** By then the server has taken a silent lease back, and found out what was used from the steps that were reported. */
const LAPSED_US = 60_000_000;

/** Where a process asks for leases. Nothing here throws. */
export interface LeaseDesk {
  acquire: (body: Schemas['LeaseAcquire']) => Promise<Answered>;
  renew: (body: Schemas['LeaseRenew']) => Promise<Answered>;
  /** Told until it is answered, or the lease has lapsed by itself. */
  release: (body: Schemas['LeaseReturn']) => Promise<Answered>;
  /** What a model costs; null when nobody knows, undefined when the server does not answer. */
  findPrice: (provider: string | undefined, model: string) => Promise<Price | null | undefined>;
}

export function createLeaseDesk(
  url: string,
  enrolment: Pick<Enrolment, 'token' | 'renew'>,
  onContact: () => void,
): LeaseDesk {
  const request = async (path: string, body?: object, waitS = 0): Promise<HttpResponse | undefined> => {
    try {
      const response = await sendRequest({
        url: `${url}/api/v1/leases/${path}`,
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${enrolment.token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
        timeoutMs: ANSWER_MS + waitS * 1_000,
        isPatient: true,
      });
      if (response.status === 401) await enrolment.renew();
      if (response.status < 500) onContact();
      return response;
    } catch {
      return undefined; // who asks decides what that means
    }
  };
  const send = async (path: string, body: object, waitS?: number): Promise<Answered> =>
    toAnswered(await request(path, body, waitS));
  return {
    acquire: (body) => send('acquire', body, body.wait_s),
    renew: (body) => send('renew', body),
    async release(body) {
      const until = nowMicros() + LAPSED_US;
      for (let n = 0; ; n++) {
        const answer = await send('release', body);
        if (answer !== 'away' || nowMicros() > until) return answer;
        await sleep(toBackoffMs(n));
      }
    },
    async findPrice(provider, model) {
      const query = new URLSearchParams({ model, ...(provider !== undefined && { provider }) });
      return toPrice(await request(`price?${query}`));
    },
  };
}

function toPrice(response: HttpResponse | undefined): Price | null | undefined {
  if (response?.status !== 200) return undefined;
  try {
    const { price } = JSON.parse(response.text) as { price?: Price | null };
    return price;
  } catch {
    return undefined; // a proxy in between
  }
}

function toAnswered(response: HttpResponse | undefined): Answered {
  if (!response || response.status >= 500 || [401, 408, 429].includes(response.status)) return 'away';
  const { status, text } = response;
  try {
    const body = JSON.parse(text) as Partial<LeaseAnswer> & { code?: string };
    if (status === 200 && typeof body.status === 'string') return body as LeaseAnswer; // the contract says so
    return { refused: String(body.code) };
  } catch {
    return 'away'; // a proxy in between: there is no answer of ours in it
  }
}
