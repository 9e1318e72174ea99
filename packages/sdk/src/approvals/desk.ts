import type { Enrolment } from '../enrolment/enrolment.ts';
import { type HttpResponse, sendRequest } from '../transport/http.ts';
import type { Pins } from './pins.ts';

/** What became of a question so far. */
export interface ApprovalAnswer {
  status: 'pending' | 'approved' | 'rejected';
  resolution: string | null;
  /** Present once the call may go on. */
  grant: { id: string; pins?: Pins | null } | null;
  /** What the one who decided last said. */
  comment: string | null;
  /** `abort`: where nobody decides, the run ends. */
  on_timeout: string;
}

/** `away`: no answer now; the same may be asked again. */
type Answered = ApprovalAnswer | 'away' | { refused: string };

const ANSWER_MS = 10_000;
const WAIT_S = 25;

/** Where the process asks people, by the server. Nothing here throws. */
export interface Desk {
  ask: (question: Record<string, unknown>) => Promise<Answered>;
  /** Answers when it is decided, or after 25 s as it is then; at once when woken. */
  wait: (id: string) => Promise<Answered>;
  wake: (id: string) => void;
  cancel: (id: string) => Promise<void>;
  /** Undefined when the grant was good and is used up now. */
  consume: (grantId: string, use: GrantUse) => Promise<Refusal | undefined>;
}

/** A call that leave is used for; `like` where that was given for another one that it is like. */
export interface GrantUse {
  step_key: string;
  args_hash: string;
  like?: { run_id: string; tool: string; pins: Pins };
}

export interface Refusal {
  code: string;
  detail: string;
}

export function createDesk(url: string, enrolment: Pick<Enrolment, 'token' | 'renew'>, onContact: () => void): Desk {
  const held = new Map<string, AbortController>();
  const send = async (
    method: 'GET' | 'POST',
    path: string,
    { body, signal }: { body?: unknown; signal?: AbortSignal } = {},
  ): Promise<HttpResponse | undefined> => {
    try {
      const response = await sendRequest({
        url: `${url}/api/v1${path}`,
        method,
        headers: { authorization: `Bearer ${enrolment.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: ANSWER_MS + (method === 'GET' ? WAIT_S * 1_000 : 0),
        isPatient: true,
        ...(signal && { signal }),
      });
      if (response.status === 401) await enrolment.renew();
      if (response.status < 500) onContact();
      return response;
    } catch {
      return undefined; // the server is away; who asks decides what that means
    }
  };
  return {
    ask: async (question) => toAnswer(await send('POST', '/approvals', { body: question })),
    async wait(id) {
      const woken = new AbortController();
      held.set(id, woken);
      const answer = await send('GET', `/approvals/${id}/wait?timeout_s=${WAIT_S}`, { signal: woken.signal });
      held.delete(id);
      return toAnswer(woken.signal.aborted ? await send('GET', `/approvals/${id}/wait?timeout_s=0`) : answer);
    },
    wake: (id) => held.get(id)?.abort(),
    cancel: async (id) => void (await send('POST', `/approvals/${id}/cancel`)),
    consume: async (grantId, use) => toRefusal(await send('POST', `/grants/${grantId}/consume`, { body: use })),
  };
}

function toAnswer(response: HttpResponse | undefined): Answered {
  if (!response || response.status >= 500 || [401, 408, 429].includes(response.status)) return 'away';
  const body = parse(response.text);
  if (response.status !== 200)
    return { refused: `The question was refused (${String(body.code)}): ${String(body.detail)}` };
  const { status, resolution, grant, comment, on_timeout } = body as Partial<ApprovalAnswer>;
  if (status === undefined) return 'away';
  return {
    status,
    resolution: resolution ?? null,
    grant: grant ?? null,
    comment: comment ?? null,
    on_timeout: on_timeout ?? 'deny',
  };
}

function toRefusal(response: HttpResponse | undefined): Refusal | undefined {
  if (response?.status === 200) return undefined;
  const { code, detail } = response && response.status < 500 ? parse(response.text) : {};
  return typeof code === 'string'
    ? { code, detail: String(detail) }
    : { code: 'grant.unreachable', detail: 'Mission Control could not be asked whether the approval still holds.' };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy in between: there is no answer of ours in it
  }
}
