import { type BreakerFact, settleRolledBack } from '#server/governance/index.ts';
import type { Reaction, TxContext } from '#server/platform/context.ts';
import type { Fact } from '#server/platform/events/fact.ts';
import { Problem } from '#server/platform/problem.ts';
import { refreshBundles } from '../bundles/refresh/refresh.service.ts';
import { rollBack } from '../deployments/deployments.service.ts';
import { listDeployments } from '../deployments/deployments.store.ts';
import { holdAgents, releaseAgents } from './holders/holders.service.ts';

type Breaker = BreakerFact['breaker'];

/** A version that was active longer is not what broke. */
const NEW_MS = 60 * 60_000;

const holderOf = ({ id }: Breaker): string => `breaker:${id}`;

const breakerOf = ({ data }: Fact<unknown>): Breaker => (data as BreakerFact).breaker; // the facts below carry it

/** What opens stops the agent, goes back to the version before, or is for its processes to obey. */
async function followOpened(tx: TxContext, fact: Fact<unknown>): Promise<void> {
  const breaker = breakerOf(fact);
  const { agent_id, effect } = breaker;
  if (effect === 'route_version' && (await goBack(tx, breaker))) await settleRolledBack(tx, breaker.id);
  else if (effect === 'pause' || effect === 'route_version') await pause(tx, breaker);
  else await refreshBundles(tx, [agent_id]);
}

const pause = (tx: TxContext, breaker: Breaker): Promise<void> =>
  holdAgents(tx, [breaker.agent_id], {
    holder: holderOf(breaker),
    reason: breaker.reason ?? 'Its breaker is open.',
    ...(breaker.retry_at === null ? {} : { retryAt: new Date(breaker.retry_at) }),
    isHard: false,
    command: { type: 'hold', body: {} },
  });

/** Rolls an agent back whose version is new; false when there is no such version, or none before it that can be had. */
async function goBack(tx: TxContext, { agent_id, version_id, rule, reason }: Breaker): Promise<boolean> {
  const [last] = await listDeployments(tx, { agentId: agent_id, status: undefined }, undefined, 1);
  const isNew = last?.kind === 'activate' && tx.now().getTime() - Date.parse(last.created_at) < NEW_MS;
  if (!isNew || (version_id !== null && version_id !== last.to.id)) return false;
  try {
    const cause = { kind: 'auto_rollback', reason: `${rule}: ${reason ?? 'the breaker opened.'}` } as const;
    return (await rollBack(tx, agent_id, cause)) !== undefined;
  } catch (error) {
    // What the version before lacks is checked before anything is written: the agent is paused instead.
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** Some runs may begin again, or all. */
async function followEased(tx: TxContext, fact: Fact<unknown>): Promise<void> {
  const breaker = breakerOf(fact);
  await releaseAgents(tx, [breaker.agent_id], holderOf(breaker));
  await refreshBundles(tx, [breaker.agent_id]);
}

/** What breakers do to agents. */
export const breakerReactions: Reaction[] = [
  { to: 'breaker.opened', within: followOpened },
  { to: 'breaker.half_opened', within: followEased },
  { to: 'breaker.closed', within: followEased },
];
