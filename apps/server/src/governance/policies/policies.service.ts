import { createHash } from 'node:crypto';
import { parsePolicy } from '@mission-control/policy/language';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { compileVersion, invalidPolicy } from './compiling/compile.service.ts';
import { policyCreated, policyUpdated } from './policies.events.ts';
import type { PolicyCreate, PolicyDetail, PolicyUpdate } from './policies.schema.ts';
import {
  findPolicy,
  insertPolicy,
  lockPolicy,
  lockPolicyByName,
  type PolicyRow,
  savePolicy,
} from './policies.store.ts';
import { findVersion, insertVersion } from './versions/versions.store.ts';

/** Throws `policy.not_found`. */
export async function getPolicy(ctx: Context, id: string): Promise<PolicyDetail> {
  const policy = await findPolicy(ctx, id);
  const version = policy && (await findVersion(ctx, id, policy.latest_version));
  if (!policy || !version) throw notFound('policy', id);
  const { findings, tests } = await compileVersion(ctx, version.source, { id, version: version.version });
  return { ...policy, source: version.source, findings, tests };
}

/**
 * Saves a new policy as version 1; nothing holds yet. The name of an archived policy brings that one back with its next
 * version. Throws `policy.invalid` for a text that cannot be read, `policy.name_taken`.
 */
export function createPolicy(ctx: Context, { source, note }: PolicyCreate): Promise<PolicyDetail> {
  return inTransaction(ctx, async (tx) => {
    const name = readName(source);
    const known = await lockPolicyByName(tx, name);
    if (known && known.archived_at === null)
      throw new Problem('policy.name_taken', 409, `There is a policy "${name}" already: save a version of it.`);
    if (known) await savePolicy(tx, known.id, { archived_at: null });
    const id = known?.id ?? (await insertPolicy(tx, name));
    const version = known ? known.latest_version + 1 : 1;
    const hash = await saveVersion(tx, { id, version, source, note });
    await publish(tx, policyCreated, {
      subjectId: id,
      data: { policy_id: id, name, version, hash, mode: null, scopes: [] },
    });
    return getPolicy(tx, id);
  });
}

/**
 * Saves the next version; what holds stays as it is. The text of the latest version again makes none. Throws
 * `policy.version_conflict` when another version was saved meanwhile, `policy.invalid`, `policy.name_fixed`,
 * `policy.archived`.
 */
export function updatePolicy(
  ctx: Context,
  id: string,
  { source, note, if_version }: PolicyUpdate,
): Promise<PolicyDetail> {
  return inTransaction(ctx, async (tx) => {
    const policy = await getLivePolicy(tx, id);
    if (policy.latest_version !== if_version) throw versionConflict(policy.latest_version, if_version);
    const name = readName(source);
    if (name !== policy.name)
      throw new Problem('policy.name_fixed', 422, `This policy is called "${policy.name}", and its rules with it.`);
    const latest = await findVersion(tx, id, policy.latest_version);
    if (latest?.source === source) return getPolicy(tx, id);
    const version = policy.latest_version + 1;
    const hash = await saveVersion(tx, { id, version, source, note });
    await publish(tx, policyUpdated, {
      subjectId: id,
      data: { policy_id: id, name, version, hash, mode: null, scopes: [] },
    });
    return getPolicy(tx, id);
  });
}

/** Locks a policy that is not archived. Throws `policy.not_found`, `policy.archived`. */
export async function getLivePolicy(tx: TxContext, id: string): Promise<PolicyRow> {
  const policy = await lockPolicy(tx, id);
  if (!policy) throw notFound('policy', id);
  if (policy.archived_at !== null)
    throw new Problem('policy.archived', 409, `The policy "${policy.name}" is archived: create it again to go on.`);
  return policy;
}

function versionConflict(current: number, seen: number): Problem {
  const message = `This was changed meanwhile: you saw version ${seen}, it is ${current} now. Read it again.`;
  return new Problem('policy.version_conflict', 409, message, { body: { message, current_version: current } });
}

/** A version may be wrong in detail, as long as it can be read; only activation asks for more. */
function readName(text: string): string {
  const { source, findings } = parsePolicy(text);
  if (!source) throw invalidPolicy({ findings });
  return source.name.value;
}

interface VersionText {
  id: string;
  version: number;
  source: string;
  note: string | null;
}

async function saveVersion(tx: TxContext, { id, version, source, note }: VersionText): Promise<string> {
  const hash = createHash('sha256').update(source).digest('hex');
  await insertVersion(tx, { policyId: id, version, hash, source, note });
  await savePolicy(tx, id, { latest_version: version });
  return hash;
}
