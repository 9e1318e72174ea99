import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { FileDecision } from './decisions/decisions.schema.ts';
import type { AgentFileRead, AgentFileVersion } from './files.schema.ts';

const COLUMNS = ['name', 'version_no', 'content_hash', 'gateway_hash', 'written_at', 'created_at'] as const;

const select = ({ db, orgId }: Context, agentId: string) =>
  db.selectFrom('agent_files').where('org_id', '=', orgId).where('agent_id', '=', agentId);

/** The newest version of every file of an agent, by name. At most twenty versions of a dozen files are kept. */
export const listFiles = (ctx: Context, agentId: string): Promise<AgentFileRead[]> =>
  select(ctx, agentId)
    .distinctOn('name')
    .select(COLUMNS)
    .select(sql<number>`count(*) over (partition by name)::int`.as('versions'))
    .select(
      sql<number | null>`max(version_no) filter (where found and decision is null) over (partition by name)`.as(
        'undecided_version_no',
      ),
    )
    .orderBy('name')
    .orderBy('version_no', 'desc')
    .execute();

/** The versions of one file, newest first. */
export const listFileVersions = (ctx: Context, agentId: string, name: string): Promise<AgentFileVersion[]> =>
  select(ctx, agentId)
    .select([...COLUMNS, 'content', 'found', 'decision'])
    .where('name', '=', name)
    .orderBy('version_no', 'desc')
    .$narrowType<{ decision: FileDecision | null }>()
    .execute();
