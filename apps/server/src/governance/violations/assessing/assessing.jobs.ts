import { type Platform, systemContext } from '#server/platform/context.ts';
import { toRisk } from '../../risk/risk.rules.ts';
import { findRiskFacts } from '../../risk/risk.store.ts';
import { getGovernanceSettings } from '../../settings/settings.store.ts';
import { type Assessment, findPast, listBare, listOrganizations, saveAssessments } from './assessing.store.ts';

/**
 * Weighs the risk of new violations and keeps what their runs had done before. Beside ingest, which must not wait for it:
 * an agent may be stopped a thousand times a second.
 */
export async function assessViolations(platform: Platform): Promise<void> {
  for (const orgId of await listOrganizations(platform)) await assessOrganization(platform, orgId);
}

async function assessOrganization(platform: Platform, orgId: string): Promise<void> {
  const ctx = systemContext(platform, orgId);
  const bare = await listBare(ctx);
  const facts = await findRiskFacts(ctx, bare);
  const { risk_weights } = (await getGovernanceSettings(ctx)).settings;
  const assessments: Assessment[] = [];
  for (const violation of bare) {
    const known = facts.get(violation.id);
    if (known)
      assessments.push({ id: violation.id, ...toRisk(known, risk_weights), past: await findPast(ctx, violation) });
  }
  await saveAssessments(ctx, assessments);
}
