import type { GatewaySync } from '#console/api/contract.ts';

/** Whether what a job left behind is the result of a sync. */
export const isSync = (value: unknown): value is GatewaySync =>
  typeof value === 'object' && value !== null && 'agents_updated' in value && 'errors' in value;
