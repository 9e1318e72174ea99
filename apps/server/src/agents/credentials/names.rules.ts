const hexOf = (agentId: string): string => agentId.replaceAll('-', '').toUpperCase();

/** Where the gateway keeps a token so that it masks it: a name per slot, so that the old value stays masked too. */
export const secretNameOf = (agentId: string, slot: 'A' | 'B'): string => `MC_AGENT_${hexOf(agentId)}_${slot}`;

/** The variable of an agent whose credential stands in the environment. */
export const credentialVariableOf = (agentId: string): string => `MC_AGENT_TOKEN_${hexOf(agentId)}`;
