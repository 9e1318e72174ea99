import type { Capability } from '@mission-control/policy';
import { type RawBuilder, sql } from 'kysely';
import { hasRole, mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';

/** An agent as far as decisions about its calls depend on it. */
export interface ExplainedAgent {
  id: string;
  name: string;
  control_state: string;
  is_killed: boolean;
  /** Rules whose breaker is open for the call. */
  open_breakers: string[];
  /** What it declared and how strictly that is held; null when it declared nothing. */
  capability: Capability | null;
}

/** The agent, for admins and for whoever may read its board. */
export const findExplainedAgent = (ctx: Context, id: string, tool: string): Promise<ExplainedAgent | undefined> =>
  findWhere(ctx, { id, tool }, maySee(ctx));

/** The agent, for what the server decides by itself. */
export const findJudgedAgent = (ctx: Context, id: string, tool: string): Promise<ExplainedAgent | undefined> =>
  findWhere(ctx, { id, tool }, sql`true`);

async function findWhere(
  ctx: Context,
  { id, tool }: { id: string; tool: string },
  condition: RawBuilder<unknown>,
): Promise<ExplainedAgent | undefined> {
  const { rows } = await sql<ExplainedAgent>`
    select a.id, a.slug as name, a.control_state,
      exists (select from agent_kills k where k.org_id = a.org_id and k.agent_id = a.id) as is_killed,
      array(select b.rule_ref from breakers b where b.org_id = a.org_id and b.agent_id = a.id and b.state = 'open'
        and b.effect not in ('none', 'alert') and (b.tool is null or b.tool = ${tool})
        and (b.version_id is null or b.version_id = a.active_version_id)) as open_breakers,
      case when v.id is not null and a.control_state <> 'discovered' then jsonb_build_object(
        'mode', a.enforce_capabilities, 'tools', tools_in_force(a.org_id, a.id, v.manifest -> 'tools'),
        'stores', jsonb_path_query_array(v.manifest, '$.data_stores[*].name'),
        'subagents', v.manifest -> 'subagents', 'models', v.manifest -> 'models_allowed') end as capability
    from agents a left join agent_versions v on v.org_id = a.org_id and v.id = a.active_version_id
    where a.org_id = ${ctx.orgId} and a.id = ${id} and ${condition}`.execute(ctx.db);
  return rows[0];
}

const maySee = (ctx: Context) =>
  ctx.caller.kind === 'user' && hasRole(ctx.caller.role, 'admin')
    ? sql`true`
    : mayReadBoard(ctx, sql.ref('a.board_id'));
