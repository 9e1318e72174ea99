import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createLog } from '#server/platform/log/log.ts';
import { startEmbedded } from '#server/platform/postgres/embedded.ts';
import { migrate } from '#server/platform/postgres/migrate.ts';
import { describeSchema } from './schema-sql.ts';
import { describeTables } from './table-types.ts';

const server = fileURLToPath(new URL('..', import.meta.url));

/** Migrates an empty database and writes what came out: the types of its tables and its readable schema. */
async function generate(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mc-generate-'));
  const log = createLog({ logLevel: 'warn', logFormat: 'text' });
  const embedded = await startEmbedded({ dataDir, log, settings: { fsync: 'off' } });
  const client = new pg.Client({ connectionString: embedded.url });
  try {
    await migrate(embedded.url, log);
    await client.connect();
    writeFileSync(join(server, 'src/platform/postgres/tables.gen.ts'), await describeTables(client));
    writeFileSync(join(server, 'schema.sql'), await describeSchema(client));
  } finally {
    await client.end();
    await embedded.stop();
    rmSync(dataDir, { recursive: true });
  }
}

await generate();
