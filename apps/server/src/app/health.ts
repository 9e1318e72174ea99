import { sql } from 'kysely';
import { z } from 'zod';
import type { Platform } from '#server/platform/context.ts';
import type { Routes } from '#server/platform/http/route.ts';
import { listPending } from '#server/platform/postgres/migrate.ts';

const LIMIT_MS = 1000;
const CACHE_MS = 2000;

/** What only the running application can tell. */
export interface Probes {
  /** Whether this instance takes jobs. */
  jobs: () => boolean;
  /** Whether this instance hears of new events. */
  events: () => boolean;
}

const Alive = z.object({ ok: z.literal(true) });

const Check = z.enum(['ok', 'failed']);

const Readiness = z.object({
  ok: z.boolean(),
  checks: z.object({ database: Check, migrations: Check, jobs: Check, events: Check }),
});
type Readiness = z.infer<typeof Readiness>;

/** `/health` and `/healthz`: the process answers. `/readyz`: it can do its work. Mounted without a prefix. */
export function healthRoutes(platform: Platform, probes: Probes): Routes {
  const readiness = createReadiness(platform, probes);
  return (router) => {
    for (const path of ['/health', '/healthz'])
      router.get(
        path,
        { config: { access: 'public' }, schema: { tags: ['health'], response: { 200: Alive } } },
        () => ({
          ok: true as const,
        }),
      );
    router.get(
      '/readyz',
      { config: { access: 'public' }, schema: { tags: ['health'], response: { 200: Readiness, 503: Readiness } } },
      async (_request, reply) => {
        const answer = await readiness();
        return reply.code(answer.ok ? 200 : 503).send(answer);
      },
    );
  };
}

/** Probes at most every two seconds, however many ask. */
function createReadiness(platform: Platform, probes: Probes): () => Promise<Readiness> {
  let probed: Promise<Readiness> | undefined;
  let probedAt = 0;
  return () => {
    if (!probed || Date.now() - probedAt > CACHE_MS) {
      probedAt = Date.now();
      probed = probe(platform, probes);
    }
    return probed;
  };
}

async function probe({ db }: Platform, probes: Probes): Promise<Readiness> {
  const [database, migrations] = await Promise.all([
    holds(async () => (await sql`select 1`.execute(db)).rows.length === 1),
    holds(async () => (await listPending(db)).length === 0),
  ]);
  const parts = { database, migrations, jobs: probes.jobs(), events: probes.events() };
  const say = (holds: boolean) => (holds ? 'ok' : 'failed');
  const checks = {
    database: say(parts.database),
    migrations: say(parts.migrations),
    jobs: say(parts.jobs),
    events: say(parts.events),
  } as const;
  return { ok: Object.values(parts).every(Boolean), checks };
}

/** Whether `check` says yes in time; a check that throws says no. */
async function holds(check: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, false);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return false; // that it fails is the answer
  } finally {
    clearTimeout(timer);
  }
}
