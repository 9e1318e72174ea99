import type pg from 'pg';

interface Column {
  table_name: string;
  name: string;
  type: string;
  not_null: boolean;
  has_default: boolean;
  identity: '' | 'a' | 'd';
}

const SELECT_COLUMNS = `
  select c.relname as table_name, a.attname as name, t.typname as type, a.attnotnull as not_null,
    a.atthasdef as has_default, a.attidentity as identity
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  order by c.relname, a.attnum`;

/** PostgreSQL type → what a row holds and what a write takes (the same when it is one text). */
const TYPES: Record<string, string | { read: string; write: string }> = {
  bool: 'boolean',
  bytea: 'Buffer',
  date: { read: 'string', write: 'Date | string' },
  float8: 'number',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  jsonb: { read: 'unknown', write: 'string' },
  json: { read: 'unknown', write: 'string' },
  numeric: { read: 'number', write: 'number | string' },
  text: 'string',
  tsvector: 'string',
  timestamptz: { read: 'string', write: 'Date | string' },
  uuid: 'string',
  xid8: 'string',
};

const HEADER = `// Generated from the migrated database by \`npm run generate\`; do not edit.
import type { ColumnType, Generated } from 'kysely';
`;

/** TypeScript source of Kysely's view of every table. */
export async function describeTables(client: pg.Client): Promise<string> {
  const { rows } = await client.query<Column>(SELECT_COLUMNS);
  const tables = [...new Set(rows.map((column) => column.table_name))];
  const interfaces = tables.map((table) => {
    const fields = rows.filter((column) => column.table_name === table).map(toField);
    return `export interface ${toTypeName(table)} {\n${fields.join('\n')}\n}\n`;
  });
  const members = tables.map((table) => `  ${table}: ${toTypeName(table)};`);
  return `${[HEADER, ...interfaces].join('\n')}\n/** Every table by its name. */\nexport interface Tables {\n${members.join('\n')}\n}\n`;
}

const toTypeName = (table: string): string =>
  `${table
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Table`;

function toField(column: Column): string {
  const { read, write } = toSides(column.type, column);
  const orNull = column.not_null ? '' : ' | null';
  const optional = column.has_default || column.identity !== '';
  return `  ${column.name}: ${toColumnType(read + orNull, write + orNull, { optional, identity: column.identity === 'a' })};`;
}

function toColumnType(read: string, write: string, { optional, identity }: { optional: boolean; identity: boolean }) {
  if (identity) return `ColumnType<${read}, never, never>`;
  if (read === write) return optional ? `Generated<${read}>` : read;
  return `ColumnType<${read}, ${write}${optional ? ' | undefined' : ''}, ${write}>`;
}

function toSides(type: string, column: Column): { read: string; write: string } {
  if (type.startsWith('_')) {
    const { read, write } = toSides(type.slice(1), column);
    return { read: `${read}[]`, write: `${write}[]` };
  }
  const known = TYPES[type];
  if (!known) throw new Error(`${column.table_name}.${column.name}: give type ${type} a line in table-types.ts`);
  return typeof known === 'string' ? { read: known, write: known } : known;
}
