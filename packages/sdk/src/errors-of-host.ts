import { Blocked, LeaseDenied } from './errors.ts';
import type { ErrorInfo, StepStatus } from './wire.ts';

const MAX_MESSAGE = 4_096;
const MAX_STACK = 8_192;

/** An error of the host as events carry it. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (!(error instanceof Error)) return { type: 'Error', message: String(error).slice(0, MAX_MESSAGE) };
  const type = (error.name || error.constructor.name || 'Error').slice(0, 256);
  const stack = error.stack && { stack: error.stack.slice(0, MAX_STACK) };
  return { type, message: error.message.slice(0, MAX_MESSAGE), ...stack };
}

/** What an error makes of the step or run that threw it: an abort is a wish, not a fault. */
export function toFailure(error: unknown): { status: Exclude<StepStatus, 'ok' | 'blocked'>; error?: ErrorInfo } {
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'GraphInterrupt'))
    return { status: 'cancelled' };
  return { status: 'error', error: toErrorInfo(error) };
}

export const isBlocked = (error: unknown): error is Blocked | LeaseDenied =>
  error instanceof Blocked || error instanceof LeaseDenied;
