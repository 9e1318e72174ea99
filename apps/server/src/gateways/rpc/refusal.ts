import { z } from 'zod';
import { Problem } from '#server/platform/problem.ts';

/** What a gateway answers instead of a result. */
export const RpcError = z.object({
  code: z.string(),
  message: z.string(),
  details: z.unknown().optional(),
  retryable: z.boolean().optional(),
  retryAfterMs: z.number().optional(),
});
export type RpcError = z.infer<typeof RpcError>;

const Details = z.object({ code: z.string(), reason: z.string(), missingScope: z.string() }).partial().catch({});

/** The parts of an error's details that decide. */
export const readDetails = (error: RpcError) => Details.parse(error.details ?? {});

/**
 * An error that the gateway answered: 502 `gateway.rpc_failed`, `gateway.restarting` while it restarts,
 * `gateway.scope_missing` when our rights do not suffice. Retryable when the gateway says so, or is not available.
 */
export class GatewayRefusal extends Problem {
  readonly rpc: { code: string; message: string; details: unknown; retryAfterMs: number | undefined };

  constructor(method: string, error: RpcError) {
    const { code, message, details, retryAfterMs, retryable } = error;
    const { missingScope } = readDetails(error);
    const body = {
      message: `The gateway refused ${method}: ${message}`,
      ...{ method, gateway_code: code },
      ...(missingScope === undefined ? {} : { scope: missingScope }),
    };
    super(toCode(error), 502, body.message, {
      body,
      isRetryable: retryable === true || code === 'UNAVAILABLE',
      ...(retryAfterMs === undefined ? {} : { retryAfterS: Math.ceil(retryAfterMs / 1000) }),
    });
    this.rpc = { code, message, details, retryAfterMs };
  }
}

function toCode(error: RpcError): string {
  const { code, missingScope } = readDetails(error);
  if (code === 'MISSING_SCOPE' || missingScope !== undefined) return 'gateway.scope_missing';
  return error.code === 'UNAVAILABLE' ? 'gateway.restarting' : 'gateway.rpc_failed';
}

/**
 * The few refusals that a gateway tells by words only. `unknown_method` is only said to a connection with admin rights;
 * with fewer it looks like a missing scope.
 */
export type RefusalKind = 'already_exists' | 'not_found' | 'unsupported_file' | 'unknown_method' | 'config_changed';

const WORDS: Record<RefusalKind, string> = {
  already_exists: 'already exists',
  not_found: 'not found',
  unsupported_file: 'unsupported file',
  unknown_method: 'unknown method',
  config_changed: 'config changed since last load',
};

/** Whether a gateway refused for that reason. */
export const isRefusal = (error: unknown, kind: RefusalKind): error is GatewayRefusal =>
  error instanceof GatewayRefusal && error.rpc.message.toLowerCase().includes(WORDS[kind]);
