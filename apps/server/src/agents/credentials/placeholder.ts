import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ask, type GatewayConnection } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { hashText } from '../files/versions.ts';
import type { Pass } from '../reconcile/pass.ts';

/** In the agent's workspace; readable by its owner only. */
export const AUTH_PATH = '.mission-control/auth';

export const PLACEHOLDER = 'mission-control: pending\n';
/** A constant: nothing that comes from anybody is ever put into a command. */
const COMMAND = [
  ...['sh', '-c'],
  'umask 077; mkdir -p .mission-control; [ -e .mission-control/auth ] || cat > .mission-control/auth',
];
const CALL_MS = 10_000;
const LOOK_MS = 100;
const LOOKS = 80;
const HOUR_MS = 3_600_000;

const Job = z.object({ id: z.string() });
const Runs = z.object({ entries: z.array(z.object({ status: z.string().nullish() })) });

/**
 * Makes the credential file with a placeholder in it, without a model: files of sessions can only be changed, so a
 * command of the gateway's own timer makes it. Returns the hash of what stands there then.
 */
export async function ensureCredentialFile(pass: Pass, connection: GatewayConnection): Promise<string> {
  const { ctx, agent, workspacePath } = pass;
  const call = <S extends z.ZodType>(schema: S, method: string, params: Record<string, unknown>) =>
    ask(connection, schema, { method, params, timeoutMs: CALL_MS });
  const { id } = await call(Job, 'cron.add', {
    name: `mission-control init ${agent.gateway_agent_id}`,
    agentId: agent.gateway_agent_id,
    enabled: false,
    schedule: { kind: 'at', at: new Date(ctx.now().getTime() + HOUR_MS).toISOString() },
    sessionTarget: 'isolated',
    wakeMode: 'now',
    delivery: { mode: 'none' },
    payload: { kind: 'command', cwd: workspacePath, input: PLACEHOLDER, timeoutSeconds: 20, argv: COMMAND },
  });
  try {
    await call(z.unknown(), 'cron.run', { id, mode: 'force' });
    await untilRun(ctx, async () => (await call(Runs, 'cron.runs', { id })).entries[0]?.status ?? undefined);
  } finally {
    await call(z.unknown(), 'cron.remove', { id });
  }
  return hashText(PLACEHOLDER);
}

async function untilRun({ stopping }: Context, look: () => Promise<string | undefined>): Promise<void> {
  for (let looks = 0; looks < LOOKS && !stopping?.aborted; looks++) {
    const status = await look();
    if (status === 'ok') return;
    if (status !== undefined && status !== 'running')
      throw new Problem('gateway.credential_unwritable', 502, 'The gateway could not make the file of the credential.');
    await sleep(LOOK_MS);
  }
  throw new Problem(
    'gateway.timeout',
    502,
    'The gateway did not run the command that makes the file of the credential.',
  );
}
