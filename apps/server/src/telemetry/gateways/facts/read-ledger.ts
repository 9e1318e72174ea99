import { z } from 'zod';
import type { Ending, Fact, FactBody } from './fact.ts';
import { instantMs, lenient, runId, text } from './field.schema.ts';

/** An entry of `audit.activity.list`: what happened, without content. */
const Entry = z.looseObject({
  eventId: text,
  occurredAt: instantMs,
  kind: z.enum(['agent_run', 'tool_action']),
  status: text,
  agentId: text,
  runId,
  sessionKey: lenient(text),
  toolCallId: lenient(text),
  toolName: lenient(text),
  errorCode: lenient(text),
});
type Entry = z.infer<typeof Entry>;

/** Facts of one entry; none for messages, and for what is not known to have ended. */
export function readLedgerEntry(value: unknown): Fact[] {
  const parsed = Entry.safeParse(value);
  if (!parsed.success) return [];
  const entry = parsed.data;
  const { runId: run, sessionKey = null, agentId, occurredAt: at } = entry;
  return (entry.kind === 'agent_run' ? toRun(entry) : toTool(entry)).map((body) => ({
    ...{ run, sessionKey, agentId, at },
    ...body,
  }));
}

function toRun({ status, occurredAt, errorCode }: Entry): FactBody[] {
  if (status === 'started') return [{ t: 'started', startedAt: occurredAt, rank: 0.5 }];
  if (status === 'unknown') return [];
  return [
    { t: 'ended', rank: 0.5, ending: toEnding(status, errorCode) },
    { t: 'ended.at', endedAt: occurredAt, rank: 0.5 },
  ];
}

function toEnding(status: string, errorCode = status): Ending {
  const ending = { errorType: null, errorMessage: null, stopReason: null };
  if (status === 'succeeded') return { ...ending, status: 'ok' };
  return status === 'cancelled' ? { ...ending, status } : { ...ending, status: 'error', errorType: errorCode };
}

function toTool({ status, occurredAt, toolCallId: key, toolName, errorCode }: Entry): FactBody[] {
  if (key === undefined || toolName === undefined) return [];
  const named: FactBody = { t: 'tool.named', key, name: toolName };
  if (status === 'started') return [named, { t: 'tool.started', key, startedAt: occurredAt, rank: 0.5 }];
  if (status === 'unknown') return [named];
  const isError = status !== 'succeeded';
  const result = { isError, exitCode: null, text: undefined, ...(isError ? { errorCode: errorCode ?? status } : {}) };
  return [
    named,
    { t: 'tool.answered', key, result, rank: 0.5 },
    { t: 'tool.ended', key, endedAt: occurredAt, rank: 0.5 },
  ];
}
