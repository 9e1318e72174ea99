import type { Context, TxContext } from '#server/platform/context.ts';

/** A gateway that skills are installed on, by its main agent. */
export interface InstallPlace {
  id: string;
  name: string;
  workspace_root: string;
  session_key: string | null;
}

export const findInstallPlace = ({ db, orgId }: Context, gatewayId: string): Promise<InstallPlace | undefined> =>
  db
    .selectFrom('gateways as g')
    .leftJoin('agents as a', (join) =>
      join.onRef('a.org_id', '=', 'g.org_id').onRef('a.gateway_id', '=', 'g.id').on('a.kind', '=', 'main'),
    )
    .select(['g.id', 'g.name', 'g.workspace_root', 'a.openclaw_session_id as session_key'])
    .where('g.org_id', '=', orgId)
    .where('g.id', '=', gatewayId)
    .executeTakeFirst();

/** A skill on a gateway. */
export interface Install {
  skill_id: string;
  gateway_id: string;
}

export async function insertInstall({ db, orgId, now }: TxContext, row: Install & { id: string }): Promise<void> {
  const at = now();
  await db
    .insertInto('gateway_installed_skills')
    .values({ ...row, org_id: orgId, created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.columns(['gateway_id', 'skill_id']).doUpdateSet({ updated_at: at }))
    .execute();
}

export async function removeInstall({ db, orgId }: TxContext, { skill_id, gateway_id }: Install): Promise<void> {
  await db
    .deleteFrom('gateway_installed_skills')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gateway_id)
    .where('skill_id', '=', skill_id)
    .execute();
}
