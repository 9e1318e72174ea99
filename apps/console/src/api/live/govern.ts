import { agentKeys } from '../queries/fleet/agents.ts';
import { anomalyKeys, breakerKeys, killKeys, policyKeys } from '../queries/govern-keys.ts';
import type { Live } from './refresher.ts';

/** By event name of the stream: facts about what governs agents change what is asked for, never the rows themselves. */
export const governEvents: Record<string, (live: Live) => void> = {
  policy: ({ refresh }) => refresh(policyKeys.all),
  kill: ({ refresh }) => {
    refresh(killKeys.all);
    refresh(agentKeys.lists);
  },
  deployment: ({ refresh }) => {
    refresh(['agents', 'versions']);
    refresh(['agents', 'deployments']);
  },
  anomaly: ({ refresh }) => refresh(anomalyKeys.all),
  breaker: ({ refresh }) => refresh(breakerKeys.all),
};
