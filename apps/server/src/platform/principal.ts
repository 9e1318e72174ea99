import type { Actor } from './context.ts';
import type { Problem } from './problem.ts';

/** What a request brings to prove who sends it. */
export interface Credentials {
  /** From `X-Agent-Token`, else `Authorization: Bearer`. */
  token: string | undefined;
  /** From the console's cookie; counts only without a token. */
  session: string | undefined;
  /** The page that a browser says it comes from. */
  origin: string | undefined;
  /** Whether the method changes nothing (GET, HEAD). */
  isSafe: boolean;
  ip: string;
}

/** Who calls; the identity module makes it. */
export interface Principal {
  actor: Actor;
  orgId: string;
  /** Why this caller may not use a route of that access; undefined when it may. */
  deny(access: string): Problem | undefined;
}

/** Reads credentials: undefined without any, a Problem thrown when they are wrong. */
export type Authenticate = (credentials: Credentials) => Promise<Principal | undefined>;
