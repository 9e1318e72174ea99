import type { Ir } from '@mission-control/policy/evaluate';
import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { PolicyMode } from '../policies.schema.ts';
import { actorOf } from '../policies.store.ts';
import type { PolicyScope } from '../scopes/scopes.rules.ts';
import type { HeldRules } from './activations.rules.ts';
import type { PolicyActivation } from './activations.schema.ts';

const SELECT = sql`
  select x.id, x.number, x.version, x.kind, x.mode, x.acknowledged as acknowledged_unobserved, x.reason, ${actorOf('x.by')} as by,
    x.at, jsonb_build_object('keys', x.scope_keys, 'exclude', x.exclude_keys) as scope
  from policy_activations x`;

export async function findActivation({ db, orgId }: Context, id: string): Promise<PolicyActivation | undefined> {
  const { rows } = await sql<PolicyActivation>`${SELECT} where x.org_id = ${orgId} and x.id = ${id}`.execute(db);
  return rows[0];
}

/** Newest first, one more than the limit. */
export async function listActivations(
  { db, orgId }: Context,
  policyId: string,
  { limit, before }: { limit: number; before: number | undefined },
): Promise<PolicyActivation[]> {
  const behind = before === undefined ? sql`true` : sql`x.number < ${before}`;
  const { rows } = await sql<PolicyActivation>`${SELECT}
    where x.org_id = ${orgId} and x.policy_id = ${policyId} and ${behind}
    order by x.number desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** What was evaluated on live calls since the policy began, oldest first. */
export async function listHeldRules({ db, orgId }: Context, policyId: string): Promise<HeldRules[]> {
  const { rows } = await sql<HeldRules>`
    select x.at, case when x.mode in ('enforce', 'monitor')
      then array(select rule ->> 'id' from json_array_elements(x.ir -> 'rules') rule) else '{}' end as rules
    from policy_activations x where x.org_id = ${orgId} and x.policy_id = ${policyId} order by x.number`.execute(db);
  return rows;
}

/** What held as it held: its form needs no compiling again. */
export interface HeldVersion {
  version: number;
  mode: PolicyMode;
  scope: PolicyScope;
  ir: Ir;
}

/** The last time that version `to`, or any other than `notVersion`, was evaluated on live calls. */
export async function findHeldBefore(
  { db, orgId }: Context,
  policyId: string,
  { to, notVersion }: { to: number | undefined; notVersion: number },
): Promise<HeldVersion | undefined> {
  const isMeant = to === undefined ? sql`x.version <> ${notVersion}` : sql`x.version = ${to}`;
  const { rows } = await sql<HeldVersion>`
    select x.version, x.mode, x.ir, jsonb_build_object('keys', x.scope_keys, 'exclude', x.exclude_keys) as scope
    from policy_activations x
    where x.org_id = ${orgId} and x.policy_id = ${policyId} and x.mode in ('enforce', 'monitor') and ${isMeant}
    order by x.number desc limit 1`.execute(db);
  return rows[0];
}

export interface NewActivation {
  policyId: string;
  version: number;
  kind: PolicyActivation['kind'];
  mode: PolicyMode;
  scope: PolicyScope;
  ir: Ir;
  acknowledged: boolean;
  reason: string | null;
}

/** Returns the id. */
export async function insertActivation(
  { db, orgId, actor, now }: TxContext,
  { policyId, scope, ir, ...activation }: NewActivation,
): Promise<string> {
  const id = newId(now());
  await db
    .insertInto('policy_activations')
    .values({
      id,
      org_id: orgId,
      policy_id: policyId,
      number: sql`(select coalesce(max(number), 0) + 1 from policy_activations where policy_id = ${policyId})`,
      ...activation,
      scope_keys: scope.keys,
      exclude_keys: scope.exclude,
      ir: JSON.stringify(ir),
      rule_count: ir.rules.length,
      by: JSON.stringify(actor),
      at: now(),
    })
    .execute();
  return id;
}
