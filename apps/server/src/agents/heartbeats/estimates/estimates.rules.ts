import { isHeartbeatOff, toIntervalS } from '../heartbeats.rules.ts';

/** What one turn by schedule costs, measured with a session that has little in it. */
const TOKENS_A_TURN = 8_000;
const DAY_S = 86_400;

interface Entries {
  [agentId: string]: { heartbeat?: Record<string, unknown> | undefined };
}

/** Scheduled turns of so many agents in a day, and what they cost. */
export function toDailyCost(every: string, agents: number): { turns_a_day: number; tokens_a_day: number } {
  const seconds = toIntervalS(every);
  const turns = seconds === 0 ? 0 : Math.round((DAY_S / seconds) * agents);
  return { turns_a_day: turns, tokens_a_day: turns * TOKENS_A_TURN };
}

/**
 * Agents that have turns by schedule: once any entry has a schedule of its own, the gateway runs those of such entries
 * only; before that every agent has the default's.
 */
function listScheduled(entries: Entries, defaultEvery: string | undefined): string[] {
  const ids = Object.keys(entries);
  const isDefaultOff = defaultEvery !== undefined && isHeartbeatOff(defaultEvery);
  const own = ids.filter((id) => entries[id]?.heartbeat !== undefined);
  if (own.length === 0) return isDefaultOff ? [] : ids;
  return own.filter((id) => {
    const every = entries[id]?.heartbeat?.every;
    return typeof every === 'string' ? !isHeartbeatOff(every) : !isDefaultOff;
  });
}

/** Agents whose scheduled turns end when these entries are written, besides those that are asked for. */
export function listStopping(
  schedules: { entries: Entries; defaultEvery: string | undefined },
  written: Record<string, { heartbeat: Record<string, unknown> }>,
): string[] {
  const after = new Set(listScheduled({ ...schedules.entries, ...written }, schedules.defaultEvery));
  return listScheduled(schedules.entries, schedules.defaultEvery).filter(
    (id) => !after.has(id) && written[id] === undefined,
  );
}
