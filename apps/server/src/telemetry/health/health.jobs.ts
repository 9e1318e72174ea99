import { inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { publishAll } from '#server/platform/events/publish.ts';
import { healthChanged } from './health.events.ts';
import { isChanged, toHealth, withSince } from './health.rules.ts';
import { type AgentFacts, insertHealth, listHealthFacts } from './health.store.ts';

/** Looks at every agent and records and publishes those whose health changed. */
export async function watchHealth(platform: Platform): Promise<void> {
  const at = platform.now().toISOString();
  const changed = (await listHealthFacts(platform)).flatMap((facts) => toChange(facts, at));
  for (const orgId of new Set(changed.map(({ org_id }) => org_id))) {
    const agents = changed.filter(({ org_id }) => org_id === orgId);
    await inTransaction(systemContext(platform, orgId), async (tx) => {
      await insertHealth(tx, agents);
      await publishAll(
        tx,
        healthChanged,
        agents.map(({ agent_id, health }) => ({
          subjectId: agent_id,
          data: { agent_id, health: health.health, health_reasons: health.reasons },
        })),
      );
    });
  }
}

function toChange(facts: AgentFacts, at: string) {
  const health = toHealth(facts);
  if (!isChanged(facts.before, health)) return [];
  const reasons = withSince(health.reasons, facts.before.reasons, at);
  return [{ org_id: facts.org_id, agent_id: facts.agent_id, health: { ...health, reasons } }];
}
