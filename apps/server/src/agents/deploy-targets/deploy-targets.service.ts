import { randomBytes } from 'node:crypto';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { assertTarget } from '#server/platform/outgoing/targets.ts';
import { assertVersion, forbidden, notFound, Problem } from '#server/platform/problem.ts';
import { deployTargetCreated, deployTargetDeleted, deployTargetUpdated } from './deploy-targets.events.ts';
import {
  CommandConfig,
  type DeployTarget,
  type DeployTargetCreate,
  type DeployTargetCreated,
  type DeployTargetKind,
  type DeployTargetTest,
  type DeployTargetUpdate,
  KubernetesConfig,
  WebhookConfig,
} from './deploy-targets.schema.ts';
import {
  findDeployTarget,
  findStoredTarget,
  insertDeployTarget,
  isSwitching,
  lockDeployTarget,
  removeDeployTarget,
  saveDeployTarget,
} from './deploy-targets.store.ts';
import { placeOfSecret } from './drivers/driver.ts';
import { testTarget } from './drivers/drivers.ts';

const CONFIGS = { webhook: WebhookConfig, command: CommandConfig, kubernetes: KubernetesConfig };

/** Throws `deploy_target.not_found`. */
export async function getDeployTarget(ctx: Context, id: string): Promise<DeployTarget> {
  const target = await findDeployTarget(ctx, id);
  if (!target) throw notFound('deploy_target', id);
  return target;
}

/**
 * Adds a place where versions are put into effect. The answer holds the secret when it was made here. Throws
 * `deploy_target.name_taken`, `target.forbidden`, and `auth.forbidden` for a command where the operator has not allowed it.
 */
export function createDeployTarget(ctx: Context, input: DeployTargetCreate): Promise<DeployTargetCreated> {
  const made = input.kind === 'webhook' && input.secret === undefined ? newSecret() : null;
  const secret = made ?? ('secret' in input ? input.secret : undefined);
  return inTransaction(ctx, async (tx) => {
    assertUsable(tx, input.kind, input.config);
    const id = newId(tx.now());
    await insertDeployTarget(tx, {
      id,
      name: input.name,
      kind: input.kind,
      config: JSON.stringify(input.config),
      secret_enc: secret === undefined ? null : tx.secrets.encrypt(secret, placeOfSecret(id)),
    });
    const deploy_target = await getDeployTarget(tx, id);
    await publish(tx, deployTargetCreated, { subjectId: id, data: { deploy_target } });
    return { ...deploy_target, secret: made };
  });
}

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** Whose target, and what the caller saw of it. */
export interface TargetPlace {
  id: string;
  version: number | undefined;
}

/** Changes a target of the kind that it is. Throws as creating, `deploy_target.not_found`, `resource.version_conflict`. */
export function updateDeployTarget(
  ctx: Context,
  { id, version }: TargetPlace,
  { name, config, secret }: DeployTargetUpdate,
): Promise<DeployTarget> {
  return inTransaction(ctx, async (tx) => {
    const stored = await lockExisting(tx, id);
    assertVersion(stored.version, version);
    if (config !== undefined) {
      assertOfKind(stored.kind, config);
      assertUsable(tx, stored.kind, config);
    }
    if (secret !== undefined && stored.kind === 'command')
      throw new Problem('request.invalid', 422, 'A command takes no secret; its program reads what it needs.');
    await saveDeployTarget(tx, id, {
      ...(name === undefined ? {} : { name }),
      ...(config === undefined ? {} : { config: JSON.stringify(config) }),
      ...(secret === undefined ? {} : { secret_enc: tx.secrets.encrypt(secret, placeOfSecret(id)) }),
    });
    const deploy_target = await getDeployTarget(tx, id);
    await publish(tx, deployTargetUpdated, { subjectId: id, data: { deploy_target } });
    return deploy_target;
  });
}

/** Throws `deploy_target.not_found`, `deploy_target.in_use` while a deployment is on its way through it. */
export function deleteDeployTarget(ctx: Context, { id, version }: TargetPlace): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const deploy_target = await lockExisting(tx, id);
    assertVersion(deploy_target.version, version);
    if (await isSwitching(tx, id))
      throw new Problem(
        'deploy_target.in_use',
        409,
        'A deployment is on its way through this target; wait for its end.',
      );
    await removeDeployTarget(tx, id);
    await publish(tx, deployTargetDeleted, { subjectId: id, data: { deploy_target } });
  });
}

/** Tries the target without changing what runs there. What it answers is told in our words only. */
export async function testDeployTarget(ctx: Context, id: string): Promise<DeployTargetTest> {
  const target = await findStoredTarget(ctx, id);
  if (!target) throw notFound('deploy_target', id);
  try {
    return { ok: true, message: await testTarget(ctx, target) };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, message: error.message };
    throw error;
  }
}

async function lockExisting(tx: TxContext, id: string): Promise<DeployTarget> {
  const target = await lockDeployTarget(tx, id);
  if (!target) throw notFound('deploy_target', id);
  return target;
}

function assertOfKind(kind: DeployTargetKind, config: object): void {
  if (!CONFIGS[kind].safeParse(config).success)
    throw new Problem('request.invalid', 422, `This is not the configuration of a ${kind} target.`);
}

function assertUsable({ config: { allowPrivateTargets, allowCommandTargets } }: Context, kind: string, config: object) {
  const reach = { allowPrivate: allowPrivateTargets };
  if ('url' in config) assertTarget(String(config.url), reach);
  if ('api_url' in config) assertTarget(String(config.api_url), reach);
  if (kind === 'command' && !allowCommandTargets)
    throw forbidden('Commands run on the host of this server only where its operator sets ALLOW_COMMAND_TARGETS=true.');
}
