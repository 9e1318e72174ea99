import type { TestApp } from '../../../apps/server/test/app.ts';

/** What a call may leave behind that it was refused: when a credential was last used. */
const TOUCHED = ['last_seen_at', 'last_used_at', 'last_used_ip', 'updated_at'];
/** And whether an agent is there. */
const TOUCHED_OF_AGENTS = ['status', 'version'];
/** A process's token lives as long as it is used. */
const TOUCHED_OF_TOKENS = ['expires_at'];
/** Facts that follow from it, or from the time of day. */
const NOTICED = /"agent\.(online|offline|health_changed)"|"audit\.head_signed"/;
/** Tables of the machinery: counters, timers. */
const MACHINERY = [
  'audit',
  'audit_heads',
  'agent_health',
  'rate_limit_windows',
  'recurring_jobs',
  'schema_migrations',
  'audit_sealer',
  'outbound_dispatcher',
  'gateway_leases',
];

/** Every row of every table as text, but for what being called leaves behind. */
export async function takeSnapshot({ platform: { db } }: TestApp): Promise<Map<string, string[]>> {
  const tables = await db.introspection.getTables();
  const rows = new Map<string, string[]>();
  for (const { name } of tables.filter(({ schema, name }) => schema === 'public' && !isMachinery(name))) {
    const found = await db
      .selectFrom(name as 'tags')
      .selectAll()
      .execute(); // whichever table it is
    rows.set(
      name,
      found
        .map((row) => toLine(name, row))
        .filter((line) => !NOTICED.test(line))
        .toSorted(),
    );
  }
  return rows;
}

/** Partitions are read through their table. */
const isMachinery = (name: string) => MACHINERY.includes(name) || /_(\d{8}|default)$/.test(name);

function toLine(table: string, row: object): string {
  const ofTable = { agents: TOUCHED_OF_AGENTS, agent_tokens: TOUCHED_OF_TOKENS }[table] ?? [];
  const touched = [...TOUCHED, ...ofTable];
  return JSON.stringify(Object.entries(row).filter(([column]) => !touched.includes(column)));
}

/** Rows that came or went, as `+ table row` and `- table row`. */
export function listChanges(before: Map<string, string[]>, after: Map<string, string[]>): string[] {
  return [...after].flatMap(([table, rows]) => {
    const known = new Set(before.get(table));
    const now = new Set(rows);
    return [
      ...rows.filter((row) => !known.has(row)).map((row) => `+ ${table} ${row}`),
      ...[...known].filter((row) => !now.has(row)).map((row) => `- ${table} ${row}`),
    ];
  });
}
