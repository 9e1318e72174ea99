import type { Actor, Caller } from './context.ts';
import type { Problem } from './problem.ts';

/** What a request brings to prove who sends it. */
export interface Credentials {
  /** From `X-Agent-Token`, else `Authorization: Bearer`. */
  token: string | undefined;
  /** From the console's cookie; counts only without a token. */
  session: string | undefined;
  /** Whether `X-Agent-Token` was sent: then nobody but an agent is looked for. */
  isAgentOnly: boolean;
  /** `MC-Agent`: the agent (slug or id) that a process with several speaks for. */
  agent: string | undefined;
  /** The page that a browser says it comes from. */
  origin: string | undefined;
  /** Whether the method changes nothing (GET, HEAD). */
  isSafe: boolean;
  /** Whether it is only looked again at somebody who was let in before: that is no call, and a failure no guess. */
  isLook?: true;
  /** The board that the path names, if any: what the caller may do there is looked up with the credential. */
  boardId?: string | undefined;
  ip: string;
}

/** Who calls; the identity module makes it. */
export interface Principal {
  actor: Actor;
  orgId: string;
  caller: Caller;
  /** Why this caller may not use a route of that access; undefined when it may. */
  deny(access: string): Problem | undefined;
  /**
   * Lets the caller into the board that the path names: the organization and the rights it acts with there, which are
   * those of the board's own organization. Throws `board.not_found`, `board.access_denied`, `agent.board_forbidden`, …
   */
  enter(access: string, boardId: string): Promise<{ orgId: string; caller: Caller }>;
}

/** Reads credentials: undefined without any, a Problem thrown when they are wrong. */
export type Authenticate = (credentials: Credentials) => Promise<Principal | undefined>;
