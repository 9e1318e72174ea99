import type { Capability } from '@mission-control/policy';
import { sql } from 'kysely';
import { hasRole, mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';

/** An agent as far as decisions about its calls depend on it. */
export interface ExplainedAgent {
  id: string;
  name: string;
  control_state: string;
  /** What it declared and how strictly that is held; null when it declared nothing. */
  capability: Capability | null;
}

/** The agent, for admins and for whoever may read its board. */
export async function findExplainedAgent(ctx: Context, id: string): Promise<ExplainedAgent | undefined> {
  const { rows } = await sql<ExplainedAgent>`
    select a.id, a.slug as name, a.control_state,
      case when v.id is not null and a.control_state <> 'discovered' then jsonb_build_object(
        'mode', a.enforce_capabilities, 'tools', v.manifest -> 'tools',
        'stores', jsonb_path_query_array(v.manifest, '$.data_stores[*].name'),
        'subagents', v.manifest -> 'subagents', 'models', v.manifest -> 'models_allowed') end as capability
    from agents a left join agent_versions v on v.org_id = a.org_id and v.id = a.active_version_id
    where a.org_id = ${ctx.orgId} and a.id = ${id} and ${maySee(ctx)}`.execute(ctx.db);
  return rows[0];
}

const maySee = (ctx: Context) =>
  ctx.caller.kind === 'user' && hasRole(ctx.caller.role, 'admin')
    ? sql`true`
    : mayReadBoard(ctx, sql.ref('a.board_id'));
