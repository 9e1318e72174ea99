import type { TestApp } from '../../../apps/server/test/app.ts';

/** What a call may leave behind that it was refused: when a credential was last used. */
const TOUCHED = ['last_seen_at', 'last_used_at', 'last_used_ip', 'updated_at'];
/** And whether an agent is there. */
const TOUCHED_OF_AGENTS = ['status', 'version'];
/** Facts that follow from it. */
const NOTICED = /"agent\.(online|offline|health_changed)"/;
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
  const touched = table === 'agents' ? [...TOUCHED, ...TOUCHED_OF_AGENTS] : TOUCHED;
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
