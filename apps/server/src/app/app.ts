import { setMaxListeners } from 'node:events';
import type { FastifyPluginCallback } from 'fastify';
import { createAuthenticator, type LocalToken, loadSignInWays } from '#server/identity/index.ts';
import type { Platform } from '#server/platform/context.ts';
import { createEventTail } from '#server/platform/events/tail.ts';
import { pruneIdempotencyKeys } from '#server/platform/http/idempotency/idempotency.store.ts';
import { createRateLimiter, pruneRateLimits } from '#server/platform/http/limits/rate-limit.ts';
import type { Router, Routes } from '#server/platform/http/route.ts';
import { createServer } from '#server/platform/http/server.ts';
import { RUN_WORK } from '#server/platform/jobs/work/enqueue.ts';
import { pruneWork, recoverWork, runWork } from '#server/platform/jobs/work/outbox.ts';
import type { WorkKinds } from '#server/platform/jobs/work/work.ts';
import { type JobWorker, startWorker } from '#server/platform/jobs/worker.ts';
import type { Module } from '#server/platform/module.ts';
import { renewSecrets } from '#server/platform/secrets/renewal.ts';
import { consoleRoutes } from './console.ts';
import { contractRoutes } from './contract.ts';
import { eventPartitions } from './event-partitions.ts';
import { healthRoutes } from './health.ts';
import { createModules } from './modules.ts';

const PREFIX = '/api/v1';

/** The link to open, with the token when this start made it; else where the token is kept. */
export interface SignIn {
  link: string;
  tokenFile: string | undefined;
}

const toSignIn = (token: LocalToken | undefined, baseUrl: string): SignIn =>
  token?.fresh
    ? { link: `${baseUrl}/sign-in#token=${token.fresh}`, tokenFile: undefined }
    : { link: baseUrl, tokenFile: token?.file };

/** The whole application on one database. */
export interface App {
  router: Router;
  /** Opens connections and begins to work; the router may serve before. */
  start(): Promise<void>;
  /** How a person gets in. */
  signIn(): SignIn;
  /** Runs one job of the outbox now, if it is its turn. */
  runWork(jobId: string): Promise<void>;
  /** Finishes what was accepted and closes everything but the platform. */
  close(): Promise<void>;
}

/** `decorate` sees the router before any route does. */
export async function createApp(
  platform: Platform,
  { decorate }: { decorate?: (router: Router) => void } = {},
): Promise<App> {
  const { config } = platform;
  const stopping = new AbortController();
  // Every job that waits between two tries listens to it.
  setMaxListeners(0, stopping.signal);
  platform.stopping = stopping.signal;
  const ways = await loadSignInWays(platform);
  const limiter = createRateLimiter(platform);
  const authenticator = createAuthenticator(platform, ways, limiter);
  const tail = createEventTail(platform);
  const modules = createModules(platform, authenticator, tail, limiter);
  for (const reaction of modules.flatMap((module) => module.reactions ?? []))
    platform.reactions.set(reaction.to, [...(platform.reactions.get(reaction.to) ?? []), reaction]);
  const kinds: WorkKinds = Object.assign({}, ...modules.map((module) => module.work));
  const upkeep: Module = {
    name: 'platform',
    jobs: { [RUN_WORK]: (_, payload) => runWork(platform, kinds, (payload as { id: string }).id) },
    recurring: [
      { name: 'work.recover', everyMs: 5_000, run: recoverWork },
      { name: 'work.prune', everyMs: 3_600_000, run: pruneWork },
      { name: 'rate_limits.prune', everyMs: 600_000, run: pruneRateLimits },
      { name: 'idempotency_keys.prune', everyMs: 3_600_000, run: pruneIdempotencyKeys },
      { name: 'secrets.renew', everyMs: 3_600_000, run: renewSecrets },
      { name: 'event_partitions.keep', everyMs: 3_600_000, run: eventPartitions },
    ],
  };
  let worker: JobWorker | undefined;

  const router = createServer(platform, authenticator.authenticate, limiter);
  decorate?.(router);
  const probes = { jobs: () => worker?.isRunning() ?? false, events: tail.isListening };
  const routes = modules.flatMap((module) => module.routes ?? []);
  mount(router, [healthRoutes(platform, probes)]);
  mount(router, routes, PREFIX);
  mount(
    router,
    modules.flatMap((module) => module.rootRoutes ?? []),
  );
  mount(router, [contractRoutes, consoleRoutes]);
  await router.ready();

  return {
    router,
    async start() {
      await eventPartitions(platform);
      await tail.start();
      for (const module of modules) await module.start?.();
      worker = startWorker(platform, [upkeep, ...modules]);
    },
    signIn: () => toSignIn(ways.localToken, config.baseUrl),
    runWork: (jobId) => runWork(platform, kinds, jobId),
    async close() {
      stopping.abort();
      const closing = router.close();
      await worker?.stop();
      for (const module of modules.toReversed()) await module.close?.();
      await closing;
      await limiter.close();
      await tail.close();
    },
  };
}

function mount(router: Router, routes: Routes[], prefix = ''): void {
  const plugin: FastifyPluginCallback = (scope, _options, done) => {
    for (const add of routes) add(scope as unknown as Router);
    done();
  };
  router.register(plugin, { prefix });
}
