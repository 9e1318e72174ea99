import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '#server/platform/context.ts';
import type { CountedAgent } from '../feed.store.ts';
import { judgeAgents } from './judge.service.ts';

/** Between two passes: under load a pass judges all that many batches counted. */
const PAUSE_MS = 500;

/** Judges breakers as soon as calls were counted, beside what counts them. */
export interface BreakerWatch {
  /** Says that calls of these agents were committed. */
  note(counted: readonly CountedAgent[]): void;
  /** Finishes what was noted. */
  close(): Promise<void>;
}

/** One pass at a time; what is noted meanwhile is judged together by the next. */
export function createBreakerWatch(platform: Platform): BreakerWatch {
  const closing = new AbortController();
  let noted = new Map<string, Set<string>>();
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    while (noted.size > 0) {
      const pass = noted;
      noted = new Map();
      // The next batch of these agents, or the next round of what moves, judges them anew.
      for (const [orgId, agentIds] of pass)
        await judgeAgents(platform, orgId, [...agentIds]).catch((error: unknown) =>
          platform.log.error({ err: error, org: orgId }, 'breakers could not be judged'),
        );
      // Closing ends the wait at once; the loop finishes what is left.
      await sleep(PAUSE_MS, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
    }
    running = undefined;
  };

  return {
    note(counted) {
      for (const { org_id, agent_id } of counted) noted.set(org_id, (noted.get(org_id) ?? new Set()).add(agent_id));
      if (noted.size > 0) running ??= run();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
