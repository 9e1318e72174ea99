import { z } from 'zod';
import { toText } from './content.ts';
import type { Fact, FactBody, ModelCall, Origin } from './fact.ts';
import { instantMs, lenient, runId, text } from './field.schema.ts';

const count = lenient(z.number().int().min(0).max(2_147_483_647));

const Usage = z.looseObject({
  input: count,
  output: count,
  cacheRead: count,
  cacheWrite: count,
  totalTokens: count,
  cost: lenient(z.looseObject({ total: lenient(z.number().min(0).max(1e6)) })),
});
type Usage = z.infer<typeof Usage>;

const Message = z.looseObject({
  role: z.enum(['user', 'assistant', 'toolResult']),
  content: z.unknown().optional(),
  timestamp: lenient(instantMs),
  idempotencyKey: lenient(runId),
  provider: lenient(text),
  model: lenient(text),
  usage: lenient(Usage),
  stopReason: lenient(text),
  responseId: lenient(text),
  errorMessage: lenient(z.string()),
  toolCallId: lenient(text),
  toolName: lenient(text),
  isError: lenient(z.boolean()),
  details: lenient(z.looseObject({ exitCode: lenient(z.number().int()) })),
  __openclaw: lenient(
    z.looseObject({ id: lenient(text), runId: lenient(runId), recordTimestampMs: lenient(instantMs) }),
  ),
});
type Message = z.infer<typeof Message>;

/** A `session.message` event, or an entry of `chat.history` in the same shape. */
const SessionMessage = z.looseObject({
  sessionKey: lenient(text),
  agentId: lenient(text),
  messageId: lenient(text),
  runId: lenient(runId),
  message: Message,
});

/** Facts of one message of a session; none when it belongs to no run. */
export function readMessage(payload: unknown): Fact[] {
  const parsed = SessionMessage.safeParse(payload);
  if (!parsed.success) return [];
  const { message, sessionKey = null, agentId = null, messageId, runId } = parsed.data;
  const run = message.__openclaw?.runId ?? runId ?? toRunOfInput(message);
  if (run === undefined) return [];
  const at = message.timestamp ?? message.__openclaw?.recordTimestampMs ?? null;
  const origin: Origin = { run, sessionKey, agentId, at };
  return toBodies(message, messageId ?? message.__openclaw?.id, at).map((body) => ({ ...origin, ...body }));
}

/** The user's message carries the run as `<run id>:user`. */
const toRunOfInput = ({ idempotencyKey }: Message): string | undefined =>
  idempotencyKey?.endsWith(':user') ? idempotencyKey.slice(0, idempotencyKey.lastIndexOf(':')) : undefined;

function toBodies(message: Message, id: string | undefined, at: number | null): FactBody[] {
  if (message.role === 'user')
    return [
      { t: 'input', text: toText(message.content) },
      ...(at === null ? [] : [{ t: 'started' as const, startedAt: at, rank: 1 }]),
    ];
  if (message.role === 'toolResult') return toResult(message, at);
  const key = message.responseId ?? id;
  if (key === undefined || at === null) return [];
  const call = toCall(message, key, at);
  return [
    { t: 'called', call },
    ...(call.text === '' ? [] : [{ t: 'said' as const, text: call.text, rank: call.endedAt / 1e15 }]),
    ...listToolCalls(message.content).flatMap(({ id: toolKey, name, arguments: args }): FactBody[] => [
      { t: 'tool.named', key: toolKey, name },
      { t: 'tool.asked', key: toolKey, args: { v: args ?? null }, rank: 1 },
      { t: 'tool.started', key: toolKey, startedAt: call.endedAt, rank: 1 },
    ]),
  ];
}

function toCall(message: Message, key: string, at: number): ModelCall {
  const endedAt = Math.max(at, message.__openclaw?.recordTimestampMs ?? at);
  const costUsd = message.usage?.cost?.total;
  return {
    key,
    startedAt: at,
    endedAt,
    provider: message.provider ?? null,
    model: message.model ?? null,
    tokens: message.usage ? toTokens(message.usage) : null,
    costUsd: costUsd !== undefined && costUsd > 0 ? costUsd : null,
    finish: message.stopReason ?? null,
    responseId: message.responseId ?? null,
    text: toText(message.content),
    error: message.stopReason === 'error' ? (message.errorMessage ?? 'The model call failed.') : null,
  };
}

/**
 * Our `input` includes what came from caches. Whether a provider's does shows in its total: with the parts that total
 * counts, input plus output is never more than it.
 */
function toTokens({ input = 0, output = 0, cacheRead = 0, cacheWrite = 0, totalTokens = 0 }: Usage) {
  return {
    input: Math.max(input, totalTokens - output),
    cache_read: cacheRead,
    cache_write: cacheWrite,
    output,
  };
}

const ToolCalls = z.array(z.unknown()).catch([]);
const ToolCall = z.looseObject({
  type: z.literal('toolCall'),
  id: text,
  name: text,
  arguments: z.unknown().optional(),
});

const listToolCalls = (content: unknown) =>
  ToolCalls.parse(content).flatMap((part) => {
    const call = ToolCall.safeParse(part);
    return call.success ? [call.data] : [];
  });

function toResult({ toolCallId, toolName, isError, details, content }: Message, at: number | null): FactBody[] {
  if (toolCallId === undefined) return [];
  const text = toText(content);
  const result = { isError: isError === true, exitCode: details?.exitCode ?? toPrintedExit(text), text };
  return [
    ...(toolName ? [{ t: 'tool.named' as const, key: toolCallId, name: toolName }] : []),
    { t: 'tool.answered', key: toolCallId, result, rank: 2 },
    ...(at === null ? [] : [{ t: 'tool.ended' as const, key: toolCallId, endedAt: at, rank: 1 }]),
  ];
}

const PRINTED_EXIT = /\n\n\(Command exited with code (\d{1,3})\)$/;

/** Histories may leave the details out: the gateway then says a failing command's exit code in its result only. */
function toPrintedExit(text: string): number | null {
  const [, code] = PRINTED_EXIT.exec(text) ?? [];
  return code === undefined ? null : Number(code);
}
