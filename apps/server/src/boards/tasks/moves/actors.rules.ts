import type { Caller } from '#server/platform/context.ts';

/** Who changes a task, as far as the rules go. Main and external agents act as workers. */
export type Mover = { kind: 'user' } | { kind: 'worker' | 'lead'; agentId: string };

export const toMover = (caller: Caller, actorId: string): Mover =>
  caller.kind === 'agent'
    ? { kind: caller.agentKind === 'lead' ? 'lead' : 'worker', agentId: actorId }
    : { kind: 'user' };

export const agentOf = (mover: Mover): string | null => (mover.kind === 'user' ? null : mover.agentId);
