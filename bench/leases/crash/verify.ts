import pg from 'pg';

export interface TaskBooks {
  committed: number;
  reserved: number;
  /** What telemetry has of its runs. */
  reported: number;
}

export interface Books {
  tasks: Map<string, TaskBooks>;
  /** Scopes whose counters are not the sums of the ledger. */
  differences: number;
  /** Scopes whose counters are not the sums of their leases: the ledger told apart from what moved it. */
  wrongLeases: number;
  held: number;
}

const TASKS = `
  select substr(s.key, length('tokens:task:') + 1) as task, s.committed::float8, s.reserved::float8,
    (select coalesce(sum(r.tokens_input + r.tokens_output), 0) from runs r
      where r.org_id = s.org_id and r.task_id::text = substr(s.key, length('tokens:task:') + 1))::float8 as reported
  from lease_scopes s where s.key like 'tokens:task:%'`;

const DIFFERENCES = `
  select count(*)::int as n from lease_scopes s
  left join (select l.org_id, key, sum(l.committed) as committed, sum(l.reserved) as reserved
    from lease_ledger l cross join unnest(l.keys) as key group by 1, 2) sums using (org_id, key)
  where (s.committed, s.reserved) is distinct from (coalesce(sums.committed, 0), coalesce(sums.reserved, 0))`;

const WRONG_LEASES = `
  select count(*)::int as n from lease_scopes s
  left join (select l.org_id, key, sum(l.used) as used,
      sum(case when l.state in ('granted', 'expired') then greatest(l.amount - l.used, 0) else 0 end) as held
    from leases l cross join unnest(l.keys) as key group by 1, 2) sums using (org_id, key)
  where (s.committed, s.reserved) is distinct from (coalesce(sums.used, 0), coalesce(sums.held, 0))`;

const HELD = `select count(*)::int as n from leases where state in ('granted', 'expired', 'queued')`;

/** Reads the books in one snapshot, behind the server's back. */
export async function readBooks(databaseUrl: string): Promise<Books> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read');
    const count = async (text: string) => (await client.query<{ n: number }>(text)).rows[0]?.n ?? 0;
    const { rows } = await client.query<TaskBooks & { task: string }>(TASKS);
    return {
      tasks: new Map(rows.map(({ task, ...books }) => [task, books])),
      differences: await count(DIFFERENCES),
      wrongLeases: await count(WRONG_LEASES),
      held: await count(HELD),
    };
  } finally {
    await client.end();
  }
}
