// A process that owns the embedded PostgreSQL of a data folder: prints its address, stops it on SIGTERM.
import { createLog } from '#server/platform/log/log.ts';
import { startEmbedded } from '#server/platform/postgres/embedded.ts';

const log = createLog({ logLevel: 'silent', logFormat: 'json' });
try {
  const embedded = await startEmbedded({ dataDir: process.argv[2] ?? '', log, settings: { fsync: 'off' } });
  process.once('SIGTERM', () => void embedded.stop());
  process.stdout.write(`${embedded.url}\n`);
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
