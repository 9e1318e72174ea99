import { type Context, inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { Problem } from '#server/platform/problem.ts';
import { versionJudged } from '../deployments/deployments.events.ts';
import { getDeployment, rollBack } from '../deployments/deployments.service.ts';
import { judgeVersion } from './watch.rules.ts';
import type { VersionWatch } from './watch.schema.ts';
import { listWatched, listWatchedRuns, lockWatched, saveWatch, type Watched } from './watch.store.ts';

const AT_ONCE = 500;

/** Compares every version that became active within the hour with the one before it, and rolls back where that is wanted. */
export async function watchVersions(platform: Platform): Promise<void> {
  for (const watched of await listWatched(platform, AT_ONCE)) {
    try {
      await watchVersion(systemContext(platform, watched.org_id), watched);
    } catch (error) {
      // One agent must not keep the versions of others from being watched.
      platform.log.warn({ err: error, deployment_id: watched.id }, 'a version could not be judged');
    }
  }
}

async function watchVersion(ctx: Context, watched: Watched): Promise<void> {
  const isOver = ctx.now().getTime() >= Date.parse(watched.watch_until);
  const judged = judgeVersion({ ...(await listWatchedRuns(ctx, watched)), isOver });
  if (judged.verdict === watched.verdict && judged.after.runs === watched.runs) return;
  await inTransaction(ctx, async (tx) => {
    const agent = await lockWatched(tx, watched.id);
    if (!agent) return; // another version has become active meanwhile
    const watch: VersionWatch = { ...judged, at: tx.now().toISOString() };
    const isDecided = watch.verdict !== 'watching';
    await saveWatch(tx, watched.id, watch, isDecided);
    const deployment = await getDeployment(tx, watched.id);
    await publish(tx, versionJudged, { subjectId: watched.id, data: { deployment } });
    if (watch.verdict !== 'worse' || !agent.auto_rollback) return;
    const text = watch.findings.flatMap((finding) => (finding.rolls_back ? finding.text : [])).join(' ');
    await rollBackIfPossible(tx, watched.agent_id, `Version ${deployment.to.number}: ${text}`);
  });
}

async function rollBackIfPossible(tx: TxContext, agentId: string, reason: string): Promise<void> {
  try {
    await rollBack(tx, agentId, { kind: 'auto_rollback', reason });
  } catch (error) {
    // What the version before lacks (an image) is found before anything is written; the verdict tells people.
    if (!(error instanceof Problem)) throw error;
    tx.log.warn({ agent_id: agentId, code: error.code }, 'a version could not be rolled back by itself');
  }
}
