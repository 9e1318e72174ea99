import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { createApp } from './app/app.ts';
import { type Config, loadConfig } from './platform/config.ts';
import type { Platform } from './platform/context.ts';
import { createLog, type Log } from './platform/log/log.ts';
import { startPostgres } from './platform/postgres/connect.ts';
import { openDatabase } from './platform/postgres/database.ts';
import { migrate } from './platform/postgres/migrate.ts';
import { loadSecretKey } from './platform/secrets/secret-key.ts';
import { createSecrets } from './platform/secrets/secrets.ts';
import { closeOnSignals } from './platform/shutdown.ts';

/**
 * Connections that requests share; ingest, jobs and the event tail bring their own. More than a few per core only take turns:
 * ten on two cores cost a quarter more of PostgreSQL's time than six.
 */
const POOL_SIZE = Math.min(20, Math.max(6, 3 * availableParallelism()));

/** What start-up has opened so far; it is closed in reverse. */
type Closers = (() => Promise<void>)[];

async function main(): Promise<void> {
  const config = await choosePort(loadConfig());
  const log = createLog(config);
  const closers: Closers = [];
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  closeOnSignals(log, close);
  if (config.ignoredNames.length > 0)
    log.warn({ names: config.ignoredNames }, 'these variables have no use here and are ignored');
  try {
    await serve(await openPlatform(config, log, closers), closers);
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPlatform(config: Config, log: Log, closers: Closers): Promise<Platform> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const secrets = createSecrets(loadSecretKey(config), config.secretKeyPrevious);
  const postgres = await startPostgres(config, log);
  closers.push(postgres.stop);
  if (config.dbAutoMigrate) await migrate(postgres.url, log);
  const { db } = openDatabase(postgres.url, log, { max: POOL_SIZE, slowMs: config.requestLogSlowMs });
  closers.push(() => db.destroy());
  return { config, db, databaseUrl: postgres.url, log, secrets, reactions: new Map(), now: () => new Date() };
}

async function serve(platform: Platform, closers: Closers): Promise<void> {
  const { host, port } = platform.config;
  const app = await createApp(platform);
  closers.push(() => app.close());
  await app.start();
  await app.router.listen({ host, port });
  const { link, tokenFile } = app.signIn();
  const hint = tokenFile === undefined ? '' : `\nThe sign-in token is in ${tokenFile}`;
  process.stdout.write(`\nMission Control is ready: ${link}${hint}\n\n`);
}

/** Port 0 stands for any free one, which must be known before the first link is made. */
async function choosePort(config: Config): Promise<Config> {
  if (config.port !== 0) return config;
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, config.host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
  return { ...config, port, baseUrl: config.baseUrl.replace(/:0$/, `:${port}`) };
}

/** One sentence for whoever started us. */
function explain(error: unknown): string {
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') return `Port ${port} on ${address} is taken: stop what uses it, or set PORT to another.`;
  if (code === 'EACCES' && port)
    return `Port ${port} needs more rights than this user has: set PORT to one above 1023.`;
  return message;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`Mission Control cannot start.\n${explain(error)}\n`);
  process.exit(1);
}
