import type { Platform, Reaction } from './context.ts';
import type { EventType } from './events/publish.ts';
import type { Routes } from './http/route.ts';
import type { WorkKinds } from './jobs/work/work.ts';

/** Background work under a name. Runs at least once: handlers are idempotent. */
export type JobHandler = (platform: Platform, payload: unknown) => Promise<void>;

/** Work that one instance of the deployment does every so often; a run that fails is logged and comes round again. */
export interface RecurringJob {
  /** `noun.verb`. */
  name: string;
  everyMs: number;
  run: (platform: Platform) => Promise<void>;
}

/** What a module gives the application; `app/modules.ts` lists them in order. */
export interface Module {
  name: string;
  routes?: Routes[];
  /** Mounted without the prefix: paths that a protocol fixes. */
  rootRoutes?: Routes[];
  events?: EventType[];
  jobs?: Record<string, JobHandler>;
  /** Kinds of the outbox that this module does. */
  work?: WorkKinds;
  /** What it does about facts of earlier modules. */
  reactions?: Reaction[];
  recurring?: RecurringJob[];
  /** Opens what the module keeps open (connections, timers). */
  start?(): Promise<void>;
  /** Finishes what was accepted and closes it; called once, before the database goes. */
  close?(): Promise<void>;
}

export type CreateModule = (platform: Platform) => Module;
