import { renderMessage } from '#server/agents/index.ts';
import { sendNow } from '#server/gateways/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { skillInstalled, skillUninstalled } from '../skills.events.ts';
import type { MarketplaceSkillActionResponse } from '../skills.schema.ts';
import { getSkill } from '../skills.service.ts';
import { findInstallPlace, type Install, type InstallPlace, insertInstall, removeInstall } from './installs.store.ts';

/** What is asked of a gateway's main agent. */
export type InstallAction = 'install' | 'uninstall';

/**
 * Asks the main agent of a gateway to install a skill, or to remove it, and notes it once the gateway took the message.
 * Throws `skill.not_found`, `gateway.not_found`, `gateway.workspace_missing`, `agent.session_missing`, and the 502 codes
 * of gateways.
 */
export async function changeInstall(
  ctx: Context,
  action: InstallAction,
  install: Install,
  send: typeof sendNow = sendNow,
): Promise<MarketplaceSkillActionResponse> {
  const skill = await getSkill(ctx, install.skill_id);
  const place = await getPlace(ctx, install.gateway_id);
  const { name, source_url } = skill;
  const data = { name, source_url, install_dir: place.installDir };
  await send(ctx, {
    gatewayId: place.id,
    sessionKey: place.sessionKey,
    text: renderMessage({ kind: `skill.${action}`, data }, { board: null, baseUrl: ctx.config.baseUrl }),
    deliver: true,
    idempotencyKey: newId(ctx.now()),
  });
  const installed = action === 'install';
  await inTransaction(ctx, async (tx) => {
    if (installed) await insertInstall(tx, { ...install, id: newId(tx.now()) });
    else await removeInstall(tx, install);
    const gateway = { id: place.id, name: place.name };
    await publish(tx, installed ? skillInstalled : skillUninstalled, {
      subjectId: skill.id,
      data: { skill, gateway },
    });
  });
  return { ok: true, ...install, installed, state: 'sent' };
}

async function getPlace(ctx: Context, gatewayId: string) {
  const place: InstallPlace | undefined = await findInstallPlace(ctx, gatewayId);
  if (!place) throw notFound('gateway', gatewayId);
  const root = place.workspace_root.trim().replace(/\/+$/, '');
  if (root === '')
    throw new Problem(
      'gateway.workspace_missing',
      422,
      'Set the workspace of this gateway: skills are installed there.',
    );
  if (place.session_key === null)
    throw new Problem('agent.session_missing', 422, 'This gateway has no main agent with a session.');
  return { id: place.id, name: place.name, sessionKey: place.session_key, installDir: `${root}/skills` };
}
