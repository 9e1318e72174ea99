import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { onConstraint, Problem } from '#server/platform/problem.ts';
import type { DeployTarget } from './deploy-targets.schema.ts';

const COLUMNS = [
  ...(['id', 'name', 'kind', 'config', 'version', 'created_at', 'updated_at'] as const),
  sql<boolean>`secret_enc is not null`.as('has_secret'),
];

const select = ({ db, orgId }: Context) => db.selectFrom('deploy_targets').select(COLUMNS).where('org_id', '=', orgId);

/** Newest first, one more than the limit. */
export async function listDeployTargets(
  ctx: Context,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<DeployTarget[]> {
  const rows = await select(ctx)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(created_at, id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return rows as DeployTarget[]; // kind and config are checked where they are written
}

export const findDeployTarget = async (ctx: Context, id: string): Promise<DeployTarget | undefined> =>
  (await select(ctx).where('id', '=', id).executeTakeFirst()) as DeployTarget | undefined;

export const lockDeployTarget = async (tx: TxContext, id: string): Promise<DeployTarget | undefined> =>
  (await select(tx).where('id', '=', id).forUpdate().executeTakeFirst()) as DeployTarget | undefined;

/** A target as its driver needs it. */
export interface StoredTarget extends Pick<DeployTarget, 'id' | 'name' | 'kind' | 'config'> {
  secret_enc: Buffer | null;
}

export async function findStoredTarget({ db, orgId }: Context, id: string): Promise<StoredTarget | undefined> {
  const row = await db
    .selectFrom('deploy_targets')
    .select(['id', 'name', 'kind', 'config', 'secret_enc'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row as StoredTarget | undefined;
}

export interface TargetValues {
  name?: string;
  config?: string;
  secret_enc?: Buffer | null;
}

const nameTaken = () => new Problem('deploy_target.name_taken', 409, 'Another deployment target has this name.');
const UNIQUE_NAME = 'deploy_targets_org_id_name_key';

export async function insertDeployTarget(
  { db, orgId, now }: TxContext,
  row: Required<TargetValues> & { id: string; kind: string },
): Promise<void> {
  const at = { created_at: now(), updated_at: now() };
  const statement = db
    .insertInto('deploy_targets')
    .values({ ...row, ...at, org_id: orgId })
    .execute();
  await onConstraint(statement, UNIQUE_NAME, nameTaken);
}

export async function saveDeployTarget({ db, orgId, now }: TxContext, id: string, values: TargetValues): Promise<void> {
  const statement = db
    .updateTable('deploy_targets')
    .set({ ...values, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
  await onConstraint(statement, UNIQUE_NAME, nameTaken);
}

export async function removeDeployTarget({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('deploy_targets').where('org_id', '=', orgId).where('id', '=', id).execute();
}

/** Whether a deployment is on its way through the target. */
export async function isSwitching({ db, orgId }: Context, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('deployments')
    .select('id')
    .where('org_id', '=', orgId)
    .where('target_id', '=', id)
    .where('status', '=', 'switching')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
