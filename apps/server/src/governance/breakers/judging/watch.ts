import type { Platform } from '#server/platform/context.ts';
import type { CountedAgent } from '../feed.store.ts';
import { judgeAgents } from './judge.service.ts';

/** Judges breakers as soon as calls were counted, beside what counts them. */
export interface BreakerWatch {
  /** Says that calls of these agents were committed. */
  note(counted: readonly CountedAgent[]): void;
  /** Finishes what was noted. */
  close(): Promise<void>;
}

/** One pass at a time; what is noted meanwhile is judged together by the next. */
export function createBreakerWatch(platform: Platform): BreakerWatch {
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
    }
    running = undefined;
  };

  return {
    note(counted) {
      for (const { org_id, agent_id } of counted) noted.set(org_id, (noted.get(org_id) ?? new Set()).add(agent_id));
      if (noted.size > 0) running ??= run();
    },
    async close() {
      await running;
    },
  };
}
