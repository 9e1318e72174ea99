import { slugify } from '#server/platform/text/slug.rules.ts';

/** Where an agent of a gateway stands: by its kind one of the ids makes its name there. */
export interface Place {
  id: string;
  kind: 'main' | 'lead' | 'worker';
  gateway_id: string;
  board_id: string | null;
}

/** The agent's id on its gateway: `mc-gateway-<gateway id>`, `lead-<board id>`, `mc-<agent id>`. */
export const toGatewayAgentId = ({ id, kind, gateway_id, board_id }: Place): string =>
  ({ main: `mc-gateway-${gateway_id}`, lead: `lead-${board_id}`, worker: `mc-${id}` })[kind];

/** The session that messages go to; its second part is the agent's id on the gateway. */
export const toSessionKey = (gatewayAgentId: string): string => `agent:${gatewayAgentId}:main`;

/** The agent's handle in the registry: from its name, else from its id. */
export const toHandle = (name: string, agentId: string): string => slugify(name, 50) || `mc-${agentId}`;

/** Another handle when that one is taken. */
export const toOtherHandle = (handle: string, agentId: string): string => `${handle}-${agentId.slice(-8)}`;

/** The first of `Name`, `Name 2`, `Name 3`, … that nobody has, whatever its case. */
export function toFreeName(name: string, taken: string[]): string {
  const used = new Set(taken.map((one) => one.toLowerCase()));
  let free = name;
  for (let i = 2; used.has(free.toLowerCase()); i++) free = `${name.slice(0, 190)} ${i}`;
  return free;
}

const STYLE = 'direct, concise, practical';

export const LEAD_NAME = 'Lead Agent';
export const LEAD_IDENTITY = { role: 'Board Lead', communication_style: STYLE, emoji: ':gear:' };
export const MAIN_IDENTITY = { role: 'Gateway Agent', communication_style: STYLE, emoji: ':compass:' };
export const toMainName = (gatewayName: string): string => `${gatewayName.slice(0, 180)} Gateway Agent`;
