import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

export interface Sizes {
  organizations: number;
  boards: number;
  tasks: number;
  agents: number;
}

/** What one connection works with: a person, an agent, and rows of their organization. */
export interface Client {
  token: string;
  agentToken: string;
  boards: string[];
  /** Open tasks with their boards. */
  tasks: { id: string; board_id: string }[];
  /** Pending approvals that an agent asked for, with their boards. */
  approvals: { id: string; board_id: string }[];
}

/** Ids as the server makes them: in the order of time. Row `n` of a kind has the same id wherever it is named. */
const MAKE_ID = `
  create function pg_temp.make_id(kind text, n bigint) returns uuid language sql immutable as $$
    select (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(kind || n), 1, 3) || '8'
      || substr(md5(kind || n), 4, 15))::uuid $$`;

/** Row numbers begin at 0; organizations, boards and tasks are filled evenly. */
const statements = ({ organizations, boards, tasks, agents }: Sizes): string[] => {
  const perOrg = boards / organizations;
  const perBoard = tasks / boards;
  const agentsPerOrg = agents / organizations;
  const orgOfBoard = (b: string) => `pg_temp.make_id('org', (${b}) / ${perOrg})`;
  const task = `from generate_series(0, ${tasks - 1}) n, lateral (select n / ${perBoard} as b, n % ${perBoard} as k)`;
  // Board 0 of an organization has its lead, the others that have one have a worker; agent 0 speaks for the gateway.
  const worker = `pg_temp.make_id('agent', b / ${perOrg} * ${agentsPerOrg} + 1)`;
  return [
    `insert into organizations (id, name) select pg_temp.make_id('org', n), 'Organization ' || n
      from generate_series(0, ${organizations - 1}) n`,
    `insert into users (id, clerk_user_id, email, email_verified, name, active_organization_id)
      select pg_temp.make_id('user', n), 'bench|' || n, 'user' || n || '@example.com', true, 'User ' || n,
        pg_temp.make_id('org', n) from generate_series(0, ${organizations - 1}) n`,
    `insert into organization_members (id, org_id, user_id, role, all_boards_read, all_boards_write)
      select pg_temp.make_id('member', n), pg_temp.make_id('org', n), pg_temp.make_id('user', n), 'owner', true, true
      from generate_series(0, ${organizations - 1}) n`,
    `insert into gateways (id, org_id, name, url, workspace_root)
      select pg_temp.make_id('gateway', n), pg_temp.make_id('org', n), 'Gateway', 'ws://127.0.0.1:1', '~/.openclaw'
      from generate_series(0, ${organizations - 1}) n`,
    `insert into boards (id, org_id, name, slug, description, gateway_id, board_type, require_approval_for_done,
        created_at)
      select pg_temp.make_id('board', b), ${orgOfBoard('b')}, 'Board ' || b, 'board-' || b, 'Bench.',
        pg_temp.make_id('gateway', b / ${perOrg}), 'general', false, now() - interval '90 days'
      from generate_series(0, ${boards - 1}) b`,
    `insert into agents (id, org_id, slug, name, origin, kind, agent_type, gateway_id, board_id, gateway_agent_id,
        openclaw_session_id, status, last_seen_at)
      select pg_temp.make_id('agent', n), pg_temp.make_id('org', o), 'agent-' || n, 'Agent ' || n, 'openclaw',
        case i when 0 then 'main' when 1 then 'lead' else 'worker' end, 'openclaw', pg_temp.make_id('gateway', o),
        case when i > 0 then pg_temp.make_id('board', o * ${perOrg} + (i - 1) % ${perOrg}) end, 'agent-' || n,
        'agent:agent-' || n || ':main', 'online', now()
      from generate_series(0, ${agents - 1}) n,
        lateral (select n / ${agentsPerOrg} as o, n % ${agentsPerOrg} as i) at`,
    `insert into tags (id, org_id, name, slug)
      select pg_temp.make_id('tag', n), pg_temp.make_id('org', n / 10), 'Tag ' || n % 10, 'tag-' || n % 10
      from generate_series(0, ${organizations * 10 - 1}) n`,
    `insert into task_custom_field_definitions (id, org_id, field_key, label, default_value)
      select pg_temp.make_id('field', n), pg_temp.make_id('org', n / 2), 'field_' || n % 2, 'Field ' || n % 2, '"none"'
      from generate_series(0, ${organizations * 2 - 1}) n`,
    `insert into board_task_custom_fields (id, org_id, board_id, task_custom_field_definition_id)
      select pg_temp.make_id('binding', b * 2 + f), ${orgOfBoard('b')}, pg_temp.make_id('board', b),
        pg_temp.make_id('field', b / ${perOrg} * 2 + f)
      from generate_series(0, ${boards - 1}) b, generate_series(0, 1) f`,
    // Of each hundred tasks 60 are done, 20 wait, 10 are worked on, 10 are in review.
    `insert into tasks (id, org_id, board_id, title, description, status, priority, position, in_progress_at,
        assigned_agent_id, created_by_user_id, created_at, updated_at)
      select pg_temp.make_id('task', n), ${orgOfBoard('b')}, pg_temp.make_id('board', b),
        'Task ' || n || ' ' || (array['deploy', 'review', 'invoice', 'customer', 'export', 'login'])[1 + n % 6],
        repeat('Words that say what is to be done. ', 8),
        case when k % 10 < 6 then 'done' when k % 10 < 8 then 'inbox' when k % 10 = 8 then 'in_progress' else 'review' end,
        (array['high', 'medium', 'low'])[1 + n % 3], 'a' || lpad(n::text, 9, '0'),
        case when k % 10 = 8 then now() - interval '1 hour' end, case when b % ${perOrg} = 0 then ${worker} end,
        pg_temp.make_id('user', b / ${perOrg}), now() - (${perBoard} - k) * interval '14 hours',
        now() - (${perBoard} - k) * interval '13 hours'
      ${task} at`,
    `insert into task_status_changes (id, org_id, board_id, task_id, cycle, from_status, to_status, actor_kind, at,
        began_at)
      select pg_temp.make_id('change', n * 4 + s), ${orgOfBoard('b')}, pg_temp.make_id('board', b),
        pg_temp.make_id('task', n), 1, (array[null, 'inbox', 'in_progress', 'review'])[1 + s],
        (array['inbox', 'in_progress', 'review', 'done'])[1 + s], 'user',
        now() - (${perBoard} - k) * interval '14 hours' + s * interval '2 hours',
        case s when 3 then now() - (${perBoard} - k) * interval '14 hours' + interval '2 hours' end
      ${task} at, generate_series(0, 3) s where k % 10 < 6 or s = 0`,
    `insert into tag_assignments (id, org_id, task_id, tag_id)
      select pg_temp.make_id('assignment', n), ${orgOfBoard('b')}, pg_temp.make_id('task', n),
        pg_temp.make_id('tag', b / ${perOrg} * 10 + n % 10) ${task} at where n % 2 = 0`,
    `insert into task_custom_field_values (id, org_id, task_id, task_custom_field_definition_id, value)
      select pg_temp.make_id('value', n), ${orgOfBoard('b')}, pg_temp.make_id('task', n),
        pg_temp.make_id('field', b / ${perOrg} * 2), to_jsonb('value ' || n) ${task} at where n % 2 = 0`,
    `insert into task_dependencies (id, org_id, board_id, task_id, depends_on_task_id)
      select pg_temp.make_id('dependency', n), ${orgOfBoard('b')}, pg_temp.make_id('board', b),
        pg_temp.make_id('task', n), pg_temp.make_id('task', n - 7) ${task} at where k % 10 = 7`,
    `insert into activity_events (id, org_id, event_type, message, actor, board_id, task_id, created_at)
      select pg_temp.make_id('comment', n), ${orgOfBoard('b')}, 'task.comment', 'Something was done.',
        '{"kind":"system","id":"bench"}', pg_temp.make_id('board', b), pg_temp.make_id('task', n),
        now() - (${perBoard} - k) * interval '13 hours' ${task} at`,
    `insert into task_comments (id, org_id, board_id, task_id, message, created_at)
      select pg_temp.make_id('comment', n), ${orgOfBoard('b')}, pg_temp.make_id('board', b),
        pg_temp.make_id('task', n), 'Something was done.', now() - (${perBoard} - k) * interval '13 hours' ${task} at`,
    `insert into board_memory (id, org_id, board_id, content, tags, is_chat, created_at)
      select pg_temp.make_id('memory', b * 50 + m), ${orgOfBoard('b')}, pg_temp.make_id('board', b),
        'A word in the chat of the board, number ' || m, '{chat}', true, now() - m * interval '1 hour'
      from generate_series(0, ${boards - 1}) b, generate_series(0, 49) m`,
    // One pending approval for every waiting task, asked for by an agent.
    `insert into approvals (id, org_id, board_id, task_id, agent_id, requested_by_kind, action_type, args_hash,
        confidence, expires_at, created_at)
      select pg_temp.make_id('approval', n), ${orgOfBoard('b')}, pg_temp.make_id('board', b),
        pg_temp.make_id('task', n), ${worker}, 'agent', 'deploy', repeat('0', 64), 80, now() + interval '1 day',
        now() - interval '1 hour' ${task} at where k % 10 in (6, 7)`,
    `insert into approval_task_links (id, org_id, approval_id, task_id, task_cycle, position)
      select pg_temp.make_id('link', n), ${orgOfBoard('b')}, pg_temp.make_id('approval', n),
        pg_temp.make_id('task', n), 1, 0 ${task} at where k % 10 in (6, 7)`,
  ];
};

/** Fills the database of a server that has just started, and gives `clients` connections what they need. */
export async function seed(databaseUrl: string, sizes: Sizes, clients: number): Promise<Client[]> {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  try {
    // The rows are right by construction: no trigger looks each reference up again.
    await db.query('set session_replication_role = replica');
    await db.query(MAKE_ID);
    const indexes = await dropIndexes(db);
    for (const statement of statements(sizes)) await db.query(statement);
    for (const definition of indexes) await db.query(definition);
    await db.query('vacuum analyze');
    const made: Client[] = [];
    for (let n = 0; n < clients; n++) made.push(await makeClient(db, n, sizes));
    return made;
  } finally {
    await db.end();
  }
}

/** The tables that get most rows. */
const LARGE = ['tasks', 'task_status_changes', 'task_comments', 'activity_events', 'board_memory', 'tag_assignments'];

/** Takes the indexes of the large tables away that no constraint needs, and returns what makes them again: at once is quicker. */
async function dropIndexes(db: pg.Client): Promise<string[]> {
  const { rows } = await db.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
      where schemaname = 'public' and tablename = any($1)
        and indexname not in (select conname from pg_constraint)`,
    [LARGE],
  );
  for (const { name } of rows) await db.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

const newToken = (prefix: string) => {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  return { token, hash: createHash('sha256').update(token).digest() };
};

/** Clients are spread over the organizations; those that share one change other rows of it. */
async function makeClient(db: pg.Client, n: number, { organizations, agents }: Sizes): Promise<Client> {
  const org = n % organizations;
  const turn = { of: Math.ceil(32 / organizations), at: Math.floor(n / organizations) };
  const person = newToken('mcp_');
  const agent = newToken('mca_');
  await db.query(
    `insert into access_tokens (id, org_id, user_id, name, scopes, prefix, token_hash)
      values ($1, pg_temp.make_id('org', $2), pg_temp.make_id('user', $2), 'bench', '{admin}', 'mcp_', $3)`,
    [crypto.randomUUID(), org, person.hash],
  );
  await db.query(
    `insert into agent_tokens (id, org_id, agent_id, hash)
      values ($1, pg_temp.make_id('org', $2), pg_temp.make_id('agent', $3), $4)`,
    [crypto.randomUUID(), org, (org * agents) / organizations + 1 + turn.at, agent.hash],
  );
  const list = async <T extends pg.QueryResultRow>(columns: string, from: string): Promise<T[]> => {
    const text = `select ${columns} from ${from} and org_id = pg_temp.make_id('org', $1) order by md5(id::text)`;
    return (await db.query<T>(text, [org])).rows;
  };
  const own = <T>(rows: T[]): T[] => rows.filter((_, index) => index % turn.of === turn.at);
  return {
    token: person.token,
    agentToken: agent.token,
    boards: (await list<{ id: string }>('id', 'boards where true')).map(({ id }) => id),
    tasks: own(await list('id, board_id', `tasks where status = 'in_progress'`)),
    approvals: own(await list('id, board_id', `approvals where status = 'pending'`)),
  };
}
