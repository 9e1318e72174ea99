import type { CreateModule } from '#server/platform/module.ts';

export { toWorkspacePath } from './cleanups/cleanups.rules.ts';
export { createCleanups, type RemovedAgent } from './cleanups/cleanups.service.ts';
export { getConnection, sendNow } from './connection.ts';

/** Servers that run agents. */
export const createGateways: CreateModule = () => ({ name: 'gateways', routes: [], events: [] });
