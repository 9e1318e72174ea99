import type { ControlState } from '../registry/agents.schema.ts';

export const CONTROL_ACTIONS = ['pause', 'resume', 'drain', 'retire', 'restore'] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

const FROM: Record<ControlAction, readonly ControlState[]> = {
  pause: ['active', 'draining'],
  resume: ['paused', 'draining'],
  drain: ['active'],
  retire: ['active', 'paused', 'draining', 'discovered'],
  restore: ['retired'],
};

const TO: Record<ControlAction, ControlState> = {
  pause: 'paused',
  resume: 'active',
  drain: 'draining',
  retire: 'retired',
  restore: 'paused',
};

/** The state that an action leads to; undefined when it may not be taken from here. */
export const nextState = (from: ControlState, action: ControlAction): ControlState | undefined =>
  FROM[action].includes(from) ? TO[action] : undefined;

/** What may be asked of an agent in this state, for people. */
export const actionsFrom = (from: ControlState): ControlAction[] =>
  CONTROL_ACTIONS.filter((action) => FROM[action].includes(from));
