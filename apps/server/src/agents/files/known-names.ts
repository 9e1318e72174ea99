import type { GatewayConnection } from '#server/gateways/index.ts';

/** At most this many gateways are remembered; what is forgotten is learned again by one refused call. */
const MAX_KNOWN = 1_000;

/** Names of files that a gateway of one build refuses; learned from its answers. */
const refusedNames = new Map<string, Set<string>>();

const keyOf = ({ gatewayId, hello }: GatewayConnection) => `${gatewayId} ${hello.buildId ?? hello.serverVersion ?? ''}`;

export const listRefusedNames = (connection: GatewayConnection): ReadonlySet<string> =>
  refusedNames.get(keyOf(connection)) ?? new Set();

export function noteRefusedName(connection: GatewayConnection, name: string): void {
  const key = keyOf(connection);
  const names = refusedNames.get(key) ?? new Set();
  if (refusedNames.size >= MAX_KNOWN) refusedNames.clear();
  refusedNames.set(key, names.add(name));
}
