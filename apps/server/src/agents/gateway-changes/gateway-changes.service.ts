import type { TxContext } from '#server/platform/context.ts';
import type { Fact } from '#server/platform/events/fact.ts';
import { ensureMain } from '../lifecycle/lifecycle.service.ts';
import { findMain, listNamesOnGateway } from '../lifecycle/lifecycle.store.ts';
import { toFreeName, toMainName } from '../lifecycle/places.rules.ts';
import { requestReconcile } from '../reconcile/reconcile.service.ts';
import { saveAgent } from '../registry/agent-rows.store.ts';
import { publishUpdated } from '../registry/agents.service.ts';

/** What a main agent must be told of its gateway. */
const TOLD = new Set(['name', 'url', 'token', 'allow_insecure_tls', 'disable_device_pairing', 'workspace_root']);

interface GatewayUpdated {
  gateway: { id: string; name: string };
  changed: string[];
  previous_name: string;
}

/** Provisions the main agent of a changed gateway again; one that still has the name we gave it takes the new one. */
export async function followGateway(tx: TxContext, fact: Fact<unknown>): Promise<void> {
  const { gateway, changed, previous_name } = fact.data as GatewayUpdated; // the shape of `gateway.updated`
  if (!changed.some((field) => TOLD.has(field))) return;
  const main = await findMain(tx, gateway.id);
  if (!main) return;
  const isOurName = gateway.name !== previous_name && main.name === toMainName(previous_name);
  if (isOurName) {
    const others = (await listNamesOnGateway(tx, gateway.id)).filter((name) => name !== main.name);
    await saveAgent(tx, main.id, { name: toFreeName(toMainName(gateway.name), others) });
  }
  await requestReconcile(tx, main, main.last_seen_at === null ? 'provision' : 'update');
  await publishUpdated(tx, main.id, isOurName ? ['name'] : ['lifecycle_state']);
}

interface GatewayCreated {
  /** False for one that is only observed: nothing of ours is to stand there. */
  provision_main: boolean;
}

/** Gives a new gateway its main agent. */
export async function ensureMainOfNew(tx: TxContext, fact: Fact<unknown>): Promise<void> {
  const { provision_main } = fact.data as GatewayCreated; // the shape of `gateway.created`
  if (provision_main) await ensureMain(tx, fact.subjectId);
}
