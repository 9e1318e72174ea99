import type { ToolResult } from '../facts/fact.ts';

export interface ToolOutcome {
  status: 'ok' | 'error' | 'blocked' | 'cancelled';
  error: { type: string; message: string } | null;
}

/** What the gateway says when it, a person or our plugin denied a call. */
const DENIED = /SYSTEM_RUN_DENIED|user-denied|Blocked by Mission Control/;
const MAX_MESSAGE = 1_000;

/**
 * How a tool ended. To the gateway a failing command is no error; to us it is. A command that ran has an exit code: what
 * it printed decides nothing.
 */
export function toOutcome({ isError, exitCode, text = '', errorCode }: ToolResult): ToolOutcome {
  if (exitCode !== null && exitCode !== 0) return failed('exit_code', `The command ended with ${exitCode}.`);
  if (exitCode === null && DENIED.test(text)) return { status: 'blocked', error: toError('denied', text) };
  if (exitCode === null && isError && text === 'Aborted') return { status: 'cancelled', error: null };
  if (isError) return failed(errorCode ?? 'tool_error', text || `The tool failed: ${errorCode ?? 'no reason given'}.`);
  return { status: 'ok', error: null };
}

const failed = (type: string, message: string): ToolOutcome => ({ status: 'error', error: toError(type, message) });

const toError = (type: string, message: string) => ({ type, message: message.slice(0, MAX_MESSAGE).toWellFormed() });
