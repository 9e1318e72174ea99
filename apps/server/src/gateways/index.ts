import type { CreateModule } from '#server/platform/module.ts';

/** Servers that run agents. */
export const createGateways: CreateModule = () => ({ name: 'gateways', routes: [], events: [] });
