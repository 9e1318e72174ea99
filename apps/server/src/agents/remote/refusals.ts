import { GatewayRefusal } from '#server/gateways/index.ts';
import { Problem } from '#server/platform/problem.ts';

/** What a gateway says only in words is read here and nowhere else. */
const says = (error: unknown, words: RegExp): boolean =>
  error instanceof GatewayRefusal && words.test(error.rpc.message);

const detailOf = (error: unknown, name: string): unknown =>
  error instanceof GatewayRefusal && typeof error.rpc.details === 'object' && error.rpc.details !== null
    ? Reflect.get(error.rpc.details, name)
    : undefined;

export const isAlreadyThere = (error: unknown): boolean => says(error, /already exists/);

/** An agent, session or file that is not there. */
export const isMissing = (error: unknown): boolean =>
  says(error, /not found|no longer exists|unknown agent/i) || detailOf(error, 'type') === 'session_file_not_found';

export const isUnsupportedFile = (error: unknown): boolean => says(error, /unsupported file/);

export const isStaleConfig = (error: unknown): boolean => says(error, /config changed since last load/);

const CONFLICTS = new Set(['agent_file_conflict', 'session_file_conflict']);

/** The hash that stands now, of a write that expected another one; undefined for other errors. */
export function toConflict(error: unknown): { currentHash: string | undefined } | undefined {
  const isConflict = ['type', 'code'].some((name) => CONFLICTS.has(String(detailOf(error, name))));
  if (!isConflict) return undefined;
  const hash = detailOf(error, 'currentHash');
  return { currentHash: typeof hash === 'string' ? hash : undefined };
}

/** Whether this gateway cannot do it, or may not: another way may work, the same one will not. */
export const isIncapable = (error: unknown): boolean =>
  error instanceof GatewayRefusal &&
  !error.isRetryable &&
  (error.rpc.code === 'FORBIDDEN' || says(error, /unknown method|unsupported|disabled|not allowed|forbidden/i));

export const isRetryable = (error: unknown): boolean => error instanceof Problem && error.isRetryable;
