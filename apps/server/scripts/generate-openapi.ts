/** Writes openapi.json from the routes' zod schemas. Needs no database: routes are registered, nothing is started. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '#server/app/app.ts';
import { describeApi } from '#server/app/openapi.ts';
import { loadConfig } from '#server/platform/config.ts';
import type { Platform } from '#server/platform/context.ts';
import { createLog } from '#server/platform/log/log.ts';
import { openDatabase } from '#server/platform/postgres/database.ts';
import { createSecrets } from '#server/platform/secrets/secrets.ts';

const target = fileURLToPath(new URL('../../../openapi.json', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'mc-openapi-'));
const config = loadConfig({ MC_DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
const log = createLog(config);
const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
const { db } = openDatabase(databaseUrl, log, { max: 1, slowMs: 1000 });
const platform: Platform = {
  config,
  log,
  db,
  databaseUrl,
  secrets: createSecrets(Buffer.alloc(32)),
  reactions: new Map(),
  now: () => new Date(),
};

const app = await createApp(platform, { decorate: describeApi });
writeFileSync(target, `${JSON.stringify(keepNamed(app.router.swagger()), null, 1)}\n`);
await app.router.close();
rmSync(dataDir, { recursive: true });
process.exit(0); // timers of an app that was never started

/**
 * Leaves out schemas that no operation names, directly or through another: every shape is offered in two directions. The
 * direction is left out of a name where it makes no difference, so that clients find the names of the contract.
 */
function keepNamed(document: object): unknown {
  const { components, ...operations } = document as { components?: { schemas?: Record<string, unknown> } };
  const schemas = components?.schemas ?? {};
  const named = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (named.has(name)) continue;
      named.add(name);
      visit(schemas[name]);
    }
  };
  visit(operations);
  const kept = Object.entries(schemas).filter(([name]) => named.has(name));
  const text = JSON.stringify({ ...document, components: { ...components, schemas: Object.fromEntries(kept) } });
  return JSON.parse(
    text.replace(/(#\/components\/schemas\/|")(\w+)Input"/g, (whole, before: string, name: string) =>
      named.has(`${name}Input`) && !named.has(name) ? `${before}${name}"` : whole,
    ),
  );
}
