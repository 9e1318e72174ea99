import type { AgentDetail } from '#console/api/contract.ts';

type Hold = Pick<AgentDetail['holds'][number], 'holder'>;

const MANUAL = 'manual';
const KILL = 'kill:';
const BREAKER = 'breaker:';

/** The kills that hold an agent, by their ids. */
export const listKills = (holds: readonly Hold[]): string[] =>
  holds.flatMap(({ holder }) => (holder.startsWith(KILL) ? holder.slice(KILL.length) : []));

/** Whether somebody paused it, so that somebody can resume it. */
export const isHeldByPeople = (holds: readonly Hold[]): boolean => holds.some(({ holder }) => holder === MANUAL);

/** Who holds it, in words. */
export function toHolderName({ holder }: Hold): string {
  if (holder === MANUAL) return 'a person';
  if (holder.startsWith(KILL)) return 'the kill switch';
  return holder.startsWith(BREAKER) ? 'a circuit breaker' : holder;
}
