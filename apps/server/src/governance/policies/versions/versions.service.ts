import { diffPolicies, type PolicySource, parsePolicy } from '@mission-control/policy/language';
import type { Context } from '#server/platform/context.ts';
import { notFound } from '#server/platform/problem.ts';
import type { PolicyDiff, PolicyVersionDetail } from './versions.schema.ts';
import { findVersion } from './versions.store.ts';

/** Throws `policy_version.not_found`. */
export async function getVersion(ctx: Context, policyId: string, version: number): Promise<PolicyVersionDetail> {
  const found = await findVersion(ctx, policyId, version);
  if (!found) throw notFound('policy_version', String(version));
  return found;
}

/** What a version says, by its parts. Throws `policy_version.not_found`. */
export async function getVersionSource(ctx: Context, policyId: string, version: number): Promise<PolicySource> {
  const { source: text } = await getVersion(ctx, policyId, version);
  const { source } = parsePolicy(text);
  if (!source) throw new Error(`Version ${version} of policy ${policyId} cannot be read: it could when it was saved.`);
  return source;
}

/** Throws `policy_version.not_found`. */
export async function diffVersions(ctx: Context, policyId: string, from: number, to: number): Promise<PolicyDiff> {
  const [before, after] = [await getVersionSource(ctx, policyId, from), await getVersionSource(ctx, policyId, to)];
  return { from, to, changes: diffPolicies(before, after) };
}
