import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { ToolInForce, ToolOverrideSet } from './tool-overrides.schema.ts';

/** The tools of an agent as they count, by name; one more than `limit`. */
export async function listToolsInForce(
  { db, orgId }: Context,
  agentId: string,
  { after = '', limit, tool }: { after?: string; limit: number; tool?: string },
): Promise<ToolInForce[]> {
  const { rows } = await sql<ToolInForce>`
    with manifest as (
      select v.manifest -> 'tools' as tools from agents a
        join agent_versions v on v.org_id = a.org_id and v.id = a.active_version_id
      where a.org_id = ${orgId} and a.id = ${agentId}),
    declared as (
      select distinct on (t ->> 'name') t ->> 'name' as name, t as tool from manifest, jsonb_array_elements(tools) t),
    counting as (
      select t ->> 'name' as name, t as tool
      from manifest, jsonb_array_elements(tools_in_force(${orgId}, ${agentId}, tools)) t),
    said as (select * from agent_tool_overrides where org_id = ${orgId} and agent_id = ${agentId})
    select names.tool, d.tool ->> 'side_effect' as declared_side_effect, c.tool ->> 'side_effect' as side_effect,
      c.tool -> 'data' as data,
      case when o.tool is not null then jsonb_build_object('side_effect', o.side_effect, 'data', o.data,
        'is_denied', o.is_denied, 'reason', o.reason, 'set_by', o.set_by,
        'set_at', to_char(o.set_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'is_suspended', o.schema_hash is distinct from tool_schema_hash(d.tool)) end as override
    from (select name as tool from declared union select said.tool from said) names
      left join declared d on d.name = names.tool
      left join counting c on c.name = names.tool
      left join said o on o.tool = names.tool
    where names.tool collate "C" > ${after} and names.tool = coalesce(${tool ?? null}, names.tool)
    order by names.tool collate "C" limit ${limit + 1}`.execute(db);
  return rows;
}

/** Sets or replaces what is said of a tool; nothing happens when the active version does not declare it. */
export async function saveToolOverride(
  { db, orgId, actor, now }: TxContext,
  agentId: string,
  { tool, side_effect, data, is_denied, reason }: ToolOverrideSet,
): Promise<void> {
  await sql`
    insert into agent_tool_overrides (org_id, agent_id, tool, side_effect, data, is_denied, reason, schema_hash, set_by, set_at)
    select a.org_id, a.id, ${tool}, ${side_effect}, ${data === null ? null : JSON.stringify(data)}::jsonb, ${is_denied}::boolean,
      ${reason}, tool_schema_hash(t), ${JSON.stringify({ kind: actor.kind, id: actor.id })}::jsonb, ${now()}::timestamptz
    from agents a join agent_versions v on v.org_id = a.org_id and v.id = a.active_version_id,
      jsonb_array_elements(v.manifest -> 'tools') t
    where a.org_id = ${orgId} and a.id = ${agentId} and t ->> 'name' = ${tool}
    limit 1
    on conflict (org_id, agent_id, tool) do update set side_effect = excluded.side_effect, data = excluded.data,
      is_denied = excluded.is_denied, reason = excluded.reason, schema_hash = excluded.schema_hash,
      set_by = excluded.set_by, set_at = excluded.set_at`.execute(db);
}

/** False when nothing was said of the tool. */
export async function removeToolOverride({ db, orgId }: TxContext, agentId: string, tool: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('agent_tool_overrides')
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('tool', '=', tool)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
