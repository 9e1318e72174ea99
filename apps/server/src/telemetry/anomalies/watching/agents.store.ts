import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';
import type { Detector } from '../anomalies.schema.ts';

export interface WatchedAgent {
  org_id: string;
  agent_id: string;
  name: string;
  version_id: string | null;
  /** Epoch ms. */
  last_start_at: number | null;
  is_new_version: boolean;
  /** Names of tools by what they do, and of stores that are confidential. */
  poll_tools: string[];
  external_tools: string[];
  sensitive_stores: string[];
}

const NAMES = (list: string, condition: string) =>
  sql.raw(`array(select e->>'name' from jsonb_array_elements(case when jsonb_typeof(v.manifest->'${list}') = 'array'
    then v.manifest->'${list}' else '[]' end) e where ${condition})`);

/** Agents that may run. A first version is not new: nothing was before it. */
export async function listWatchedAgents({ db, now }: Platform): Promise<WatchedAgent[]> {
  const { rows } = await sql<WatchedAgent>`
    select a.org_id, a.id as agent_id, a.name, a.active_version_id as version_id,
      (select extract(epoch from max(r.started_at))::float8 * 1000 from (select started_at from runs
        where org_id = a.org_id and agent_id = a.id order by started_at desc limit 1) r) as last_start_at,
      coalesce(v.number > 1 and v.created_at > ${now()}::timestamptz - interval '30 minutes', false) as is_new_version,
      ${NAMES('tools', `(e->>'poll')::boolean`)} as poll_tools,
      ${NAMES('tools', `(e->>'external')::boolean`)} as external_tools,
      ${NAMES('data_stores', `e->>'sensitivity' in ('confidential', 'restricted')`)} as sensitive_stores
    from agents a
    left join agent_versions v on v.id = a.active_version_id
    where a.control_state in ('active', 'discovered')`.execute(db);
  return rows;
}

interface OpenRow {
  id: string;
  org_id: string;
  agent_id: string;
  detector: Detector;
  scope: string;
}

/** Whatever is not closed, of all organizations. */
export async function listOpenKeys({ db }: Platform): Promise<OpenRow[]> {
  const rows = await db
    .selectFrom('anomalies')
    .select(['id', 'org_id', 'agent_id', 'detector', 'scope'])
    .where('state', '<>', 'closed')
    .execute();
  return rows as OpenRow[]; // detectors are written by us
}

/** Detectors that people muted or found of little use, by agent. */
interface Tuning {
  agent_id: string;
  detector: Detector;
  is_muted: boolean;
  /** Of the last twenty. */
  useless: number;
  rated: number;
}

export async function listTunings({ db, now }: Platform): Promise<Tuning[]> {
  const { rows } = await sql<Tuning>`
    select agent_id, detector, coalesce(bool_or(mute_until > ${now()}), false) as is_muted,
      count(*) filter (where feedback = 'not_useful')::int as useless, count(*)::int as rated
    from (select agent_id, detector, feedback, mute_until,
        row_number() over (partition by agent_id, detector order by opened_at desc) as place
      from anomalies where feedback is not null or mute_until is not null) r
    where place <= 20 group by 1, 2`.execute(db);
  return rows;
}
