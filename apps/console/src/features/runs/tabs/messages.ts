/** One message of a conversation with a model, in whatever dialect it was sent. */
export interface Message {
  role: string;
  content: unknown;
  toolCalls: ToolCall[];
}

/** A call that the model asked for. */
export interface ToolCall {
  name: string;
  args: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The messages inside the input or output of a model call; anything that is no list of messages becomes one message. */
export function toMessages(value: unknown, role: string): Message[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => toMessages(item, role));
  if (isRecord(value) && Array.isArray(value.messages)) return toMessages(value.messages, role);
  if (!isRecord(value)) return [{ role, content: value, toolCalls: [] }];
  return [{ role: roleOf(value) ?? role, content: contentOf(value), toolCalls: toolCallsOf(value) }];
}

function roleOf(value: Record<string, unknown>): string | undefined {
  for (const name of ['role', 'type']) if (typeof value[name] === 'string') return dialect[value[name]] ?? value[name];
  return undefined;
}

/** LangChain's words for what others call by their role. */
const dialect: Record<string, string> = { human: 'user', ai: 'assistant' };

function contentOf(value: Record<string, unknown>): unknown {
  if ('content' in value) return flattenParts(value.content);
  if ('text' in value) return value.text;
  return value;
}

/** `[{type: "text", text}]` reads better as its text. */
function flattenParts(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  const isText = content.every((part) => isRecord(part) && typeof part.text === 'string');
  return isText ? content.map((part) => (part as { text: string }).text).join('\n') : content;
}

function toolCallsOf(value: Record<string, unknown>): ToolCall[] {
  const calls = value.tool_calls ?? value.toolCalls;
  return Array.isArray(calls) ? calls.map(toToolCall) : [];
}

/** LangChain writes `{name, args}`, OpenAI `{function: {name, arguments}}`, Vercel `{toolName, input}`. */
function toToolCall(call: unknown): ToolCall {
  if (!isRecord(call)) return { name: 'tool', args: call };
  const inner = isRecord(call.function) ? call.function : call;
  const name = inner.name ?? inner.toolName;
  return { name: typeof name === 'string' ? name : 'tool', args: inner.args ?? inner.arguments ?? inner.input };
}

/** What a call adds to the history that it sends: the messages after the longest head it shares with what was shown. */
export function newMessages(history: readonly Message[], sent: readonly Message[]): Message[] {
  const shown = history.map((message) => JSON.stringify(message));
  let shared = 0;
  while (shared < sent.length && JSON.stringify(sent[shared]) === shown[shared]) shared++;
  return sent.slice(shared);
}
