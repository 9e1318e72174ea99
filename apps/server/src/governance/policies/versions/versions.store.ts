import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { actorOf } from '../policies.store.ts';
import type { PolicyVersion, PolicyVersionDetail } from './versions.schema.ts';

const columns = sql`v.version, v.hash, v.note, ${actorOf('v.author')} as author, v.created_at`;

export async function findVersion(
  { db, orgId }: Context,
  policyId: string,
  version: number,
): Promise<PolicyVersionDetail | undefined> {
  const { rows } = await sql<PolicyVersionDetail>`select ${columns}, v.source from policy_versions v
    where v.org_id = ${orgId} and v.policy_id = ${policyId} and v.version = ${version}`.execute(db);
  return rows[0];
}

/** Newest first, one more than the limit. */
export async function listVersions(
  { db, orgId }: Context,
  policyId: string,
  { limit, before }: { limit: number; before: number | undefined },
): Promise<PolicyVersion[]> {
  const { rows } = await sql<PolicyVersion>`select ${columns} from policy_versions v
    where v.org_id = ${orgId} and v.policy_id = ${policyId} and ${before === undefined ? sql`true` : sql`v.version < ${before}`}
    order by v.version desc limit ${limit + 1}`.execute(db);
  return rows;
}

export interface NewPolicyVersion {
  policyId: string;
  version: number;
  hash: string;
  source: string;
  note: string | null;
}

export const insertVersion = ({ db, orgId, actor, now }: TxContext, version: NewPolicyVersion) =>
  db
    .insertInto('policy_versions')
    .values({
      org_id: orgId,
      policy_id: version.policyId,
      version: version.version,
      hash: version.hash,
      source: version.source,
      note: version.note,
      author: JSON.stringify(actor),
      created_at: now(),
    })
    .execute();
