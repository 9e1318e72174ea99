import type { Platform } from '#server/platform/context.ts';
import type { Client } from '../rpc/client.ts';
import type { Target } from './targets.ts';

/** A connection that this process keeps open. */
export interface Link {
  orgId: string;
  /** The connection; one that is being made, or is tried for anew now. Throws why it could not be made. */
  reach(): Promise<Client>;
}

/** A connection for calls of a process that does not keep the gateway's. */
export interface Visit {
  target: Target;
  client: Promise<Client>;
  idle: NodeJS.Timeout | undefined;
}

/** What one application has open. */
export interface Pool {
  links: Map<string, Link>;
  visits: Map<string, Visit>;
  /** Looks at once which gateways there are. */
  look(): void;
}

// Every context of an application shares its map of reactions: the one thing that tells two of them in a process apart.
const pools = new WeakMap<Platform['reactions'], Pool>();

export function getPool({ reactions }: Platform): Pool {
  const known = pools.get(reactions);
  if (known) return known;
  const pool: Pool = { links: new Map(), visits: new Map(), look: () => undefined };
  pools.set(reactions, pool);
  return pool;
}
