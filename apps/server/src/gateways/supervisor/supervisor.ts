import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Platform } from '#server/platform/context.ts';
import { endVisits } from '../connections/connections.ts';
import { releaseLeases, type SupervisedRow, takeConnections } from '../connections/leases.store.ts';
import { getPool } from '../connections/pool.ts';
import { openToken } from '../registry/gateway-tokens.ts';
import type { Hold, Listeners } from './hold.ts';
import { createLink, type SupervisedLink } from './link.ts';

/** A change that was made by another instance is seen after this; one of our own at once. */
const LOOK_MS = 10_000;
/** Of an instance that dies the connections are taken over after this. */
const LEASE_MS = 30_000;

interface Supervised {
  target: Hold['target'];
  link: SupervisedLink;
}

/** Keeps this instance's share of the deployment's connections open. */
export interface Supervisor {
  start(): void;
  close(): Promise<void>;
}

export function createSupervisor(platform: Platform, listeners: Listeners): Supervisor {
  const { log } = platform;
  const holder = randomUUID();
  const pool = getPool(platform);
  const supervised = new Map<string, Supervised>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isHinted = false;
  let isClosed = false;
  let lookedAt = performance.now();

  const drop = async (id: string) => {
    const one = supervised.get(id);
    supervised.delete(id);
    pool.links.delete(id);
    await one?.link.stop();
  };
  const follow = async (row: SupervisedRow): Promise<void> => {
    const target = toTarget(platform, row);
    const known = supervised.get(row.id);
    if (known && isDeepStrictEqual(known.target, target)) {
      if (row.status === 'connecting') known.link.wake();
      return;
    }
    await drop(row.id);
    const link = createLink(platform, row.org_id, target, listeners);
    supervised.set(row.id, { target, link });
    pool.links.set(row.id, link);
  };
  /** Renews what we hold, takes what nobody holds, drops what is gone. */
  const lookOnce = async (): Promise<void> => {
    const startedAt = performance.now();
    try {
      const rows = await takeConnections(platform, holder, LEASE_MS);
      lookedAt = startedAt;
      const held = new Set(rows.map(({ id }) => id));
      await Promise.all([...supervised.keys()].filter((id) => !held.has(id)).map(drop));
      await Promise.all(rows.map(follow));
    } catch (error) {
      if (isClosed) return;
      log.warn({ err: error }, 'the supervisor of gateways could not look; it will look again');
      // By now another instance may have taken them.
      if (startedAt - lookedAt > LEASE_MS - LOOK_MS) await Promise.all([...supervised.keys()].map(drop));
    }
  };
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    do {
      isHinted = false;
      await lookOnce();
    } while (isHinted && !isClosed);
    looking = undefined;
    if (!isClosed) timer = setTimeout(begin, LOOK_MS).unref();
  };
  const begin = () => {
    isHinted = true;
    if (!isClosed) looking ??= look();
  };

  return {
    start() {
      pool.look = begin;
      begin();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await looking;
      await Promise.all([...supervised.keys()].map(drop));
      await endVisits(pool);
      await releaseLeases(platform, holder);
    },
  };
}

const toTarget = (platform: Platform, row: SupervisedRow) => ({
  gatewayId: row.id,
  url: row.url,
  token: openToken(platform, row.id, row.token_enc),
  allow_insecure_tls: row.allow_insecure_tls,
  disable_device_pairing: row.disable_device_pairing,
});
