import type { CreateModule } from '#server/platform/module.ts';

/** Calls from outside to a board, and ours to others. */
export const createWebhooks: CreateModule = () => ({ name: 'webhooks', routes: [], events: [] });
