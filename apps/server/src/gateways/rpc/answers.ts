import type { z } from 'zod';
import { Problem } from '#server/platform/problem.ts';
import type { GatewayConnection } from '../connections/connection.ts';

interface Question {
  method: string;
  params?: Record<string, unknown>;
  timeoutMs: number;
}

/**
 * One call, for what we need of its answer; what else it holds is ignored. Throws as `GatewayConnection.call` does, and
 * 502 `gateway.rpc_failed` for an answer of another shape.
 */
export async function ask<S extends z.ZodType>(
  { call }: Pick<GatewayConnection, 'call'>,
  schema: S,
  { method, params = {}, timeoutMs }: Question,
): Promise<z.infer<S>> {
  const { success, data } = schema.safeParse(await call(method, params, { timeoutMs }));
  if (success) return data;
  const message = `The answer of the gateway to ${method} cannot be read.`;
  throw new Problem('gateway.rpc_failed', 502, message, { body: { message, method, gateway_code: null } });
}
