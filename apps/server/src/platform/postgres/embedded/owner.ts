import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const DATABASE = 'mission_control';
/** Any number that nothing else of ours locks. */
const OWNER_LOCK = 4_246_001;

/** The address of the database behind a private socket. */
export const toUrl = (socketDir: string): string =>
  `postgres://mission_control@${encodeURIComponent(socketDir)}/${DATABASE}`;

/**
 * The connection by which this process owns the cluster: its lock ends with the process however it dies, and its loss
 * tells that PostgreSQL is gone.
 */
export interface Owner {
  lost: Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes ownership of the server behind `socketDir`, making the database on first use; undefined while the server does
 * not answer. Throws when another live process owns it.
 */
export async function tryOwnership(socketDir: string, dataDir: string): Promise<Owner | undefined> {
  let client: pg.Client;
  try {
    client = await connectOrCreate(socketDir);
  } catch (error) {
    if (isTransient(error)) return undefined;
    throw error;
  }
  const lost = new Promise<void>((resolve) => client.once('end', () => resolve()));
  client.on('error', () => undefined); // `end` follows, and that is what we act on
  if (await tryLock(client)) return { lost, release: () => client.end() };
  const holder = await findHolder(client);
  await client.end();
  throw new Error(
    `The data folder ${dataDir} is in use by another Mission Control${holder ? ` (process ${holder})` : ''}: stop it, or set MC_DATA_DIR elsewhere.`,
  );
}

/** No answer at all, or PostgreSQL is starting, stopping (57P0x) or has no slot free (53300). */
function isTransient(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  const isSqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  return !isSqlState || /^(57P0|53)/.test(code);
}

async function connectOrCreate(socketDir: string): Promise<pg.Client> {
  try {
    return await connect(toUrl(socketDir));
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error; // 3D000: no such database
    await createDatabase(socketDir);
    return connect(toUrl(socketDir));
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: `mission-control owner ${process.pid}`,
    connectionTimeoutMillis: 5000,
  });
  await client.connect();
  return client;
}

async function createDatabase(socketDir: string): Promise<void> {
  const client = await connect(toUrl(socketDir).replace(/[^/]+$/, 'postgres'));
  try {
    await client.query(`create database ${DATABASE}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42P04') throw error; // 42P04: somebody was faster
  } finally {
    await client.end();
  }
}

/** A process that was just killed may hold its lock for a moment longer. */
async function tryLock(client: pg.Client): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${OWNER_LOCK}) as taken`);
    if (rows[0]?.taken) return true;
    await sleep(100);
  }
  return false;
}

/** The pid of the process that holds the lock. */
async function findHolder(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.objid = ${OWNER_LOCK} and l.granted`,
  );
  return rows[0]?.name.split(' ').at(-1);
}
