import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { GatewayFrame } from '../connections/connection.ts';
import { ask } from '../rpc/answers.ts';
import type { Client } from '../rpc/client.ts';
import { isLoopback } from '../rpc/dial.ts';
import { ConnectFailure } from '../rpc/failure.ts';
import type { Passed } from './walk.ts';

const CALL_MS = 8_000;
const JOB_MS = 20_000;
const LOOK_MS = 150;
const TURN_MS = 60_000;

/** An address that means the machine that uses it. */
const isLoopbackHost = (host: string): boolean => host === 'localhost' || isLoopback([host.replace(/^\[|\]$/g, '')]);

/** Throws {@link ConnectFailure} when agents on that gateway are told an address that means their own machine. */
export function judgeBaseUrl(baseUrl: string, gatewayAddresses: string[]): Passed<void> {
  const { hostname } = new URL(baseUrl);
  const facts = { base_url: baseUrl };
  if (isLoopbackHost(hostname) && !isLoopback(gatewayAddresses))
    throw new ConnectFailure({ code: 'gateway.base_url_unreachable', facts });
  return { value: undefined, facts };
}

const Job = z.object({ id: z.string() });
const Runs = z.object({
  entries: z.array(
    z.object({
      status: z.string().nullish(),
      diagnostics: z
        .object({ entries: z.array(z.object({ message: z.string().nullish(), exitCode: z.number().nullish() })) })
        .nullish(),
    }),
  ),
});

/** Asks the gateway's host, without a model, for our health. Throws {@link ConnectFailure}. */
export async function reachBack(client: Client, baseUrl: string): Promise<Passed<void>> {
  const job = {
    ...{ name: 'mission-control reach back', enabled: false, sessionTarget: 'isolated', wakeMode: 'now' },
    schedule: { kind: 'at', at: new Date(Date.now() + 3_600_000).toISOString() },
    delivery: { mode: 'none' },
    payload: {
      kind: 'command',
      timeoutSeconds: 15,
      argv: ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', `${baseUrl}/healthz`],
    },
  };
  const { id } = await ask(client, Job, { method: 'cron.add', params: job, timeoutMs: CALL_MS });
  try {
    await client.call('cron.run', { id, mode: 'force' }, { timeoutMs: CALL_MS });
    const { message, exitCode } = await readRun(client, id);
    const status = /\b(\d{3})\s*$/.exec(message ?? '')?.[1];
    const facts = { base_url: baseUrl, exit_code: exitCode, status };
    if (exitCode === 0 && status === '200') return { value: undefined, facts };
    throw new ConnectFailure({ code: 'gateway.base_url_unreachable', facts });
  } finally {
    await client.call('cron.remove', { id }, { timeoutMs: CALL_MS });
  }
}

async function readRun(client: Client, id: string): Promise<{ message?: string | null; exitCode?: number | null }> {
  for (const startedAt = performance.now(); performance.now() - startedAt < JOB_MS; ) {
    const { entries } = await ask(client, Runs, { method: 'cron.runs', params: { id }, timeoutMs: CALL_MS });
    const [ended] = entries;
    if (ended) return ended.diagnostics?.entries.at(-1) ?? {};
    await sleep(LOOK_MS);
  }
  return {};
}

const Chat = z.object({ runId: z.string(), state: z.string(), errorDetail: z.unknown().optional() });
/** States of a chat after which nothing more comes. */
const ENDS = ['final', 'error', 'aborted'];
const Lifecycle = z.object({
  runId: z.string(),
  stream: z.literal('lifecycle'),
  data: z.object({ phase: z.string() }),
});
const Reason = z.object({ failoverReason: z.string() });
const Agents = z.object({ defaultId: z.string() });

/**
 * Lets the default agent say one word, which costs one call of its model. Throws {@link ConnectFailure}.
 * @param listen Gives every event of the connection from now on.
 */
export async function roundTrip(
  client: Client,
  listen: (listener: (frame: GatewayFrame) => void) => void,
): Promise<Passed<void>> {
  const { defaultId } = await ask(client, Agents, { method: 'agents.list', timeoutMs: CALL_MS });
  const [key, runId] = [`agent:${defaultId}:mc-diagnose`, randomUUID()];
  let hasStarted = false;
  const ended = new Promise<z.infer<typeof Chat>>((resolve) => {
    listen(({ event, payload }) => {
      if (event === 'agent' && Lifecycle.safeParse(payload).data?.runId === runId) hasStarted = true;
      const chat = event === 'chat' ? Chat.safeParse(payload).data : undefined;
      if (chat?.runId === runId && ENDS.includes(chat.state)) resolve(chat);
    });
  });
  try {
    const message = 'Answer with the one word: ready';
    await client.call('chat.send', { sessionKey: key, message, idempotencyKey: runId }, { timeoutMs: CALL_MS });
    const end = await Promise.race([ended, sleep(TURN_MS, undefined, { ref: false })]);
    const facts = { agent: defaultId };
    if (end?.state === 'final') return { value: undefined, facts };
    if (!end) throw new ConnectFailure({ code: 'gateway.agent_silent', facts: { ...facts, started: hasStarted } });
    const reason = Reason.safeParse(end.errorDetail).data?.failoverReason;
    throw new ConnectFailure({ code: 'gateway.agent_model_error', facts: { ...facts, reason: reason ?? end.state } });
  } finally {
    await client.call('sessions.delete', { key, deleteTranscript: true }, { timeoutMs: CALL_MS });
  }
}
