/**
 * Where an agent's files are on its gateway: `<root>/workspace-<gateway agent id>`, for a main agent
 * `<root>/workspace-gateway-<gateway id>`. A leading `~` is the gateway's home and stays.
 */
export const toWorkspacePath = (workspaceRoot: string, gatewayAgentId: string): string =>
  `${workspaceRoot.replace(/\/+$/, '')}/workspace-${gatewayAgentId.replace(/^mc-gateway-/, 'gateway-')}`;
