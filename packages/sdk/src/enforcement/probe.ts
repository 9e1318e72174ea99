import type { Call } from '@mission-control/policy/evaluate';
import type { Client } from '../client.ts';
import { nowMicros } from '../clock.ts';
import type { Bundle } from '../enrolment/bundle.ts';
import { Paused } from '../errors.ts';
import type { Run } from '../runs/run.ts';
import { sendRequest } from '../transport/http.ts';

const ANSWER_MS = 10_000;
/** When the server does not answer. */
const ASK_AGAIN_MS = 5_000;

/**
 * While a breaker that pauses the agent is half open, only as many new runs as its rule says may try whether it closes:
 * the server gives the places. Throws {@link Paused} for a run without one.
 */
export async function assertProbe(client: Client, run: Run): Promise<void> {
  const { bundle, slug } = run.agent;
  if (!bundle || !isHalfOpen(bundle)) return;
  const waitMs = await findWait(client, { agent_id: bundle.agent_id, run: run.id });
  if (waitMs === undefined) return;
  throw new Paused({ agent: slug, state: 'paused', retryAt: new Date(nowMicros() / 1_000 + waitMs) });
}

/**
 * Asks for a place before the first call of a tool whose breaker is half open; undefined when none is needed or the run
 * knows already. A run without one finds the breaker open.
 */
export function askForTool(
  client: Client,
  run: Run,
  { kind, name }: Pick<Call, 'kind' | 'name'>,
): Promise<void> | undefined {
  const { bundle, rulebook } = run.agent;
  const of = kind === 'tool' || kind === 'model' ? rulebook?.breakers.findHalfOpen(name) : undefined;
  if (!of || !bundle || run.probes.has(name)) return undefined;
  const asked = { agent_id: bundle.agent_id, run: run.id, ...(of === 'tool' && { tool: name }) };
  return findWait(client, asked).then((waitMs) => {
    run.probes.set(name, waitMs === undefined ? 'granted' : 'refused');
  });
}

const isHalfOpen = ({ breakers, policies }: Bundle): boolean =>
  breakers.some(
    ({ key, state }) =>
      state === 'half_open' &&
      policies.some(({ policy, rules }) =>
        rules.some(
          (rule) =>
            rule.kind === 'breaker' &&
            rule.action !== 'block_tool' &&
            rule.mode === 'enforce' &&
            key.startsWith(`${policy.name}:${rule.id}|`),
        ),
      ),
  );

/** Undefined when the run has a place; else when to ask again. */
async function findWait({ settings, enrolment }: Client, asked: object): Promise<number | undefined> {
  try {
    const { status, text } = await sendRequest({
      url: `${settings.url}/api/v1/breakers/probes`,
      method: 'POST',
      headers: { authorization: `Bearer ${enrolment.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(asked),
      timeoutMs: ANSWER_MS,
    });
    const answer = JSON.parse(text) as { status?: string; retry_after_ms?: number | null };
    if (status === 200 && answer.status === 'granted') return undefined;
    return answer.retry_after_ms ?? ASK_AGAIN_MS;
  } catch {
    return ASK_AGAIN_MS; // the server is away: what it paused stays so
  }
}
