import type { Config } from './config.ts';
import type { Fact } from './events/fact.ts';
import type { Log } from './log/log.ts';
import type { Resolve } from './outgoing/resolve.ts';
import type { Database, Tx } from './postgres/database.ts';
import { shareConnection, transact } from './postgres/statements/transact.ts';
import type { Secrets } from './secrets/secrets.ts';

/** Who is acting. A process is one running SDK that reports for its agents. */
export interface Actor {
  kind: 'user' | 'process' | 'agent' | 'service_key' | 'webhook' | 'system';
  id: string;
}

/** Roles of a person in an organization, weakest first. */
export type Role = 'member' | 'admin' | 'owner';

/** A person with the rights of their membership in the organization of the operation. */
export interface UserCaller {
  kind: 'user';
  memberId: string;
  role: Role;
  allBoardsRead: boolean;
  allBoardsWrite: boolean;
}

/** An agent with a token of its own, or the agent that a process names. */
export interface AgentCaller {
  kind: 'agent';
  agentKind: 'main' | 'lead' | 'worker' | 'external';
  name: string;
  boardId: string | null;
  gatewayId: string | null;
}

/** What the one who acts may reach; rules and stores decide by it. Everything else is bounded by its organization only. */
export type Caller = UserCaller | AgentCaller | { kind: 'process' | 'service_key' | 'webhook' | 'system' };

/** What the whole process shares; built once at start. */
export interface Platform {
  config: Config;
  db: Database;
  /** Where the database is, for the few connections that are not of the pool (LISTEN, COPY, jobs). */
  databaseUrl: string;
  log: Log;
  secrets: Secrets;
  /** What later modules do about facts of earlier ones, by the type of the fact; filled when the application is put together. */
  reactions: Map<string, Reaction[]>;
  now: () => Date;
  /** Finds the addresses of names for outgoing requests; the system does unless a test says otherwise. */
  resolve?: Resolve;
  /** Aborted when the application begins to close: what waits between two tries does not wait on. */
  stopping?: AbortSignal;
  /** Waits, by the clock of `now`; real time passes unless a test says otherwise. */
  sleep?: (ms: number) => Promise<void>;
}

/** Everything one operation may touch. Built once per request or job and passed first. */
export interface Context extends Platform {
  orgId: string;
  actor: Actor;
  caller: Caller;
  /** The request that asked for it; jobs have none. */
  request?: { id: string; ip: string };
}

/** A context whose `db` is an open transaction. Every write takes one. */
export interface TxContext extends Context {
  db: Tx;
}

/**
 * What a later module does about an earlier module's fact. `within` runs in the transaction of the fact, where an
 * invariant needs it; `after` names a kind of work that runs after the commit, is retried on its own and gets the fact
 * as its payload: `{type, subject_id, board_id, actor, data}`.
 */
export interface Reaction {
  /** The type of the fact, `noun.past`. */
  to: string;
  within?(tx: TxContext, fact: Fact<unknown>): Promise<void>;
  after?: string;
}

/** The context of work that no caller asked for: jobs, start-up, retention. */
export const systemContext = (platform: Platform, orgId: string): Context => ({
  ...platform,
  orgId,
  actor: { kind: 'system', id: 'mission-control' },
  caller: { kind: 'system' },
});

/** Runs `work` in one transaction; commits when it returns, rolls back when it throws. See {@link transact}. */
export function inTransaction<T>(ctx: Context, work: (tx: TxContext) => Promise<T>): Promise<T> {
  return transact(ctx.db, (db) => work({ ...ctx, db }));
}

/** Runs reads that do not wait for each other on one connection; see {@link shareConnection}. */
export const readTogether = <T>(ctx: Context, read: (ctx: Context) => Promise<T>): Promise<T> =>
  shareConnection(ctx.db, (db) => read({ ...ctx, db }));
