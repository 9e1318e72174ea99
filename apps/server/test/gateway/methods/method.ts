import type { Connection, World } from '../world.ts';

export type Params = Record<string, unknown>;

/** One method of the protocol: params objects are closed, as the gateway's are. */
export interface Method {
  scope: 'read' | 'write' | 'admin' | 'approvals' | 'pairing';
  required: readonly string[];
  optional?: readonly string[];
  answer(world: World, params: Params, connection: Connection): unknown;
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
