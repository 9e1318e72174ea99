import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { AskedPersons } from '../decisions/decisions.store.ts';
import { toRoles, type Who } from './asked.rules.ts';

/** An agent that the calling process reports for. */
export interface AskingAgent {
  board_id: string | null;
  owner_user_id: string | null;
  /** How the version that the process runs declares its tools. */
  tools: { name: string; side_effect?: string; data?: { read?: string[]; write?: string[] } }[] | null;
  /** Data stores that it declares as restricted. */
  restricted_stores: string[];
}

export async function findAskingAgent(
  { db, orgId, actor }: Context,
  agentId: string,
): Promise<AskingAgent | undefined> {
  const { rows } = await sql<AskingAgent>`
    select a.board_id, a.owner_user_id, tools_in_force(a.org_id, a.id, v.manifest -> 'tools') as tools,
      coalesce((select array_agg(s ->> 'name') from jsonb_array_elements(v.manifest -> 'data_stores') s
        where s ->> 'sensitivity' = 'restricted'), '{}') as restricted_stores
    from producer_agents p join agents a on a.org_id = p.org_id and a.id = p.agent_id
      left join agent_versions v on v.org_id = p.org_id and v.id = p.version_id
    where p.org_id = ${orgId} and p.producer_id = ${actor.id} and p.agent_id = ${agentId}`.execute(db);
  return rows[0];
}

/** Persons by what policies call them; names that nobody has are nobody. */
export async function findPersons({ db, orgId }: Context, who: Who): Promise<AskedPersons> {
  const { rows } = await sql<{ user_ids: string[]; group_ids: string[] }>`
    select
      (select coalesce(array_agg(u.id), '{}') from organization_members m join users u on u.id = m.user_id
        where m.org_id = ${orgId} and lower(u.email) = any(${who.emails}::text[])) as user_ids,
      (select coalesce(array_agg(g.id), '{}') from board_groups g where g.org_id = ${orgId}
        and (g.slug = any(${who.groups}::text[]) or g.name = any(${who.groups}::text[])
          or g.id::text = any(${who.groups}::text[]))) as group_ids`.execute(db);
  const [found] = rows;
  return { roles: toRoles(who.roles), userIds: found?.user_ids ?? [], groupIds: found?.group_ids ?? [] };
}

/** Whom an approval is for, as its row says it. */
export interface Audience {
  required_approvals: number;
  eligible_group_ids: string[];
  asked_roles: string[];
  asked_user_ids: string[];
  asked_group_ids: string[];
  asked_places: number;
  exclude_owner: boolean;
  /** JSON. */
  escalate_to: string;
}

export interface NewQuestion {
  id: string;
  agentId: string;
  boardId: string | null;
  runId: string;
  stepKey: string;
  tool: string;
  rules: string[];
  payload: unknown;
  argsHash: string;
  confidence: number;
  riskScore: number | null;
  riskFactors: unknown;
  audience: Audience;
  onTimeout: string;
  expiresAt: Date;
}

/** Inserts a pending approval that the calling process waits for; false when the id is taken. */
export async function insertQuestion({ db, orgId, actor, now }: TxContext, question: NewQuestion): Promise<boolean> {
  const row = await db
    .insertInto('approvals')
    .values({
      id: question.id,
      org_id: orgId,
      kind: 'policy',
      board_id: question.boardId,
      agent_id: question.agentId,
      run_id: question.runId,
      step_key: question.stepKey,
      producer_id: actor.id,
      tool: question.tool,
      rules: question.rules,
      requested_by_kind: 'agent',
      action_type: question.tool.slice(0, 200),
      payload: JSON.stringify(question.payload),
      args_hash: question.argsHash,
      confidence: question.confidence,
      risk_score: question.riskScore,
      risk_factors: question.riskFactors === null ? null : JSON.stringify(question.riskFactors),
      ...question.audience,
      on_timeout: question.onTimeout,
      expires_at: question.expiresAt,
      created_at: now(),
      updated_at: now(),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the calling process asked it. */
export async function isOwnQuestion({ db, orgId, actor }: Context, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('approvals')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('producer_id', '=', actor.id)
    .executeTakeFirst();
  return row !== undefined;
}

/** What the one who decided last said. */
export async function findLastComment({ db, orgId }: Context, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('approval_decisions')
    .select('comment')
    .where('org_id', '=', orgId)
    .where('approval_id', '=', id)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.comment ?? null;
}

/** Whether there are people enough: one for each department, and as many persons as places; the owner may not count. */
export async function hasEnoughPeople({ db, orgId }: Context, id: string): Promise<boolean> {
  const { rows } = await sql<{ is_enough: boolean }>`
    with a as (select x.*, case when x.exclude_owner or x.required_approvals > 1 then g.owner_user_id end as excluded
      from approvals x left join agents g on g.org_id = x.org_id and g.id = x.agent_id
      where x.org_id = ${orgId} and x.id = ${id}),
    writers as (
      select m.user_id, b.id as board_id, b.board_group_id as group_id
      from a join organization_members m on m.org_id = a.org_id and m.user_id is distinct from a.excluded
        join boards b on b.org_id = a.org_id
      where m.all_boards_write or exists (select 1 from organization_board_access x
        where x.organization_member_id = m.id and x.board_id = b.id and x.can_write)),
    persons as (
      select m.user_id from a join organization_members m on m.org_id = a.org_id and m.user_id is distinct from a.excluded
      where m.user_id = any(a.asked_user_ids) or m.role = any(a.asked_roles)
        or ('board' = any(a.asked_roles) and a.board_id is null and m.role in ('owner', 'admin'))
      union
      select w.user_id from a, writers w
      where w.group_id = any(a.asked_group_ids) or ('board' = any(a.asked_roles) and w.board_id = a.board_id))
    select (select count(*) from persons) >= a.asked_places
      and cardinality(a.eligible_group_ids) + a.asked_places >= a.required_approvals
      and (select count(distinct w.group_id) from writers w where w.group_id = any(a.eligible_group_ids))
        = cardinality(a.eligible_group_ids) as is_enough
    from a`.execute(db);
  return rows[0]?.is_enough ?? false;
}

/** The process that waits for what becomes of an approval. */
export async function findWaitingProcess({ db, orgId }: Context, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('approvals')
    .select('producer_id')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.producer_id ?? undefined;
}
