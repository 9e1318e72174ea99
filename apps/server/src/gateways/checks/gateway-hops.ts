import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ask } from '../rpc/answers.ts';
import type { Client } from '../rpc/client.ts';
import { SCOPES } from '../rpc/client.ts';
import type { Finding } from '../rpc/diagnoses.rules.ts';
import { ConnectFailure } from '../rpc/failure.ts';
import { GatewayRefusal, isRefusal } from '../rpc/refusal.ts';
import { judgeVersion, MIN_VERSION } from '../supervisor/version.rules.ts';
import type { Passed } from './walk.ts';

const CALL_MS = 8_000;
const SETTLE_MS = 3_000;
const LOOK_MS = 150;

/** The rights that each part of the product needs. */
const has = (scopes: string[], scope: string): boolean =>
  scopes.includes(scope) ||
  scopes.includes('operator.admin') ||
  (scope === 'operator.read' && scopes.includes('operator.write'));

/** Throws {@link ConnectFailure} when not even reading is allowed; with less than all there is a warning. */
export function judgeScopes({ hello: { scopes } }: Client): Passed<void> {
  if (scopes.length === 0) throw new ConnectFailure({ code: 'gateway.scopes_empty', facts: {} });
  const missing = SCOPES.filter((scope) => !has(scopes, scope));
  const finding: Finding = { code: 'gateway.scope_missing', facts: { scopes, missing } };
  if (missing.includes('operator.read')) throw new ConnectFailure(finding);
  return { value: undefined, facts: { scopes }, ...(missing.length > 0 && { warning: finding }) };
}

const Meta = z.object({ config: z.object({ meta: z.object({ lastTouchedVersion: z.string() }) }) });

/** Throws {@link ConnectFailure} for a gateway that is too old, or does not say how old it is. */
export async function judgeGatewayVersion(client: Client): Promise<Passed<string | null>> {
  const version = client.hello.serverVersion ?? (await readConfigVersion(client));
  const facts = { version, minimum: MIN_VERSION };
  const verdict = judgeVersion(version);
  if (verdict === 'old') throw new ConnectFailure({ code: 'gateway.version_old', facts });
  if (verdict === 'unknown') throw new ConnectFailure({ code: 'gateway.version_unknown', facts });
  return { value: version, facts };
}

async function readConfigVersion(client: Client): Promise<string | null> {
  const config = await client.call('config.get', {}, { timeoutMs: CALL_MS });
  return Meta.safeParse(config).data?.config.meta.lastTouchedVersion ?? null;
}

const Config = z.object({
  valid: z.boolean().nullish(),
  issues: z.array(z.object({ path: z.string().nullish(), message: z.string().nullish() })).nullish(),
  configRevisionHash: z.string().nullish(),
  appliedConfigHash: z.string().nullish(),
});

/** Names the errors of the configuration, by path and message only. */
export async function judgeConfig(client: Client): Promise<Passed<void>> {
  const startedAt = performance.now();
  while (true) {
    const config = await ask(client, Config, { method: 'config.get', timeoutMs: CALL_MS });
    const issues = (config.issues ?? []).map(({ path, message }) =>
      `${path || '(root)'}: ${message ?? ''}`.slice(0, 200),
    );
    if (config.valid === false || issues.length > 0)
      throw new ConnectFailure({ code: 'gateway.config_invalid', facts: { issues: issues.slice(0, 10) } });
    if (config.appliedConfigHash === config.configRevisionHash) return { value: undefined };
    if (performance.now() - startedAt > SETTLE_MS)
      return { value: undefined, warning: { code: 'gateway.config_pending', facts: {} } };
    await sleep(LOOK_MS);
  }
}

/** Calls without effect, and what is left out where they are not answered. */
const PROBES: { method: string; params: Record<string, unknown>; without: string }[] = [
  { method: 'agents.list', params: {}, without: 'agents cannot be found or provisioned' },
  { method: 'sessions.list', params: { limit: 1 }, without: 'sessions are not shown' },
  { method: 'cron.list', params: {}, without: 'tokens cannot be kept in files: credential_delivery env is needed' },
  { method: 'secrets.store.list', params: {}, without: 'tokens are not masked in what agents print' },
  { method: 'device.pair.list', params: {}, without: 'other devices cannot be approved from here' },
  { method: 'models.list', params: {}, without: 'models cannot be chosen here' },
];

/** Which features the gateway does not have for us. */
export async function judgeCapabilities(client: Client): Promise<Passed<void>> {
  const tries = await Promise.all(PROBES.map(async (probe) => ((await isAnswered(client, probe)) ? [] : [probe])));
  const missing = Object.fromEntries(tries.flat().map(({ method, without }) => [method, without]));
  if (Object.keys(missing).length === 0) return { value: undefined };
  return { value: undefined, warning: { code: 'gateway.capability_missing', facts: { missing } } };
}

async function isAnswered(client: Client, { method, params }: (typeof PROBES)[number]): Promise<boolean> {
  try {
    await client.call(method, params, { timeoutMs: CALL_MS });
    return true;
  } catch (error) {
    if (error instanceof GatewayRefusal)
      return !(error.code === 'gateway.scope_missing' || isRefusal(error, 'unknown_method'));
    throw error;
  }
}

/** Whether requests of agents for approval reach us. */
export const judgeApprovals = ({ hello: { scopes } }: Client): Passed<void> => ({
  value: undefined,
  ...(!has(scopes, 'operator.approvals') && { warning: { code: 'gateway.no_approval_route' as const, facts: {} } }),
});

const Models = z.object({ models: z.array(z.object({ available: z.boolean().nullish() })) });

/** Whether agents there can answer. */
export async function judgeModels(client: Client): Promise<Passed<void>> {
  const answer = await client.call('models.list', {}, { timeoutMs: CALL_MS }).catch((error) => {
    if (error instanceof GatewayRefusal) return undefined; // the capabilities told it
    throw error;
  });
  const models = Models.safeParse(answer).data?.models;
  if (!models) return { value: undefined };
  const usable = models.filter(({ available }) => available !== false).length;
  const finding = { code: 'gateway.no_model' as const, facts: { models: models.length } };
  return usable === 0 ? { value: undefined, warning: finding } : { value: undefined, facts: { models: usable } };
}
