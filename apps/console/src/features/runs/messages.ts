/** One message of a conversation with a model, in whatever dialect it was sent. */
export interface Message {
  role: string;
  /** What the model thought before it answered. */
  reasoning: string;
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
  if (!isRecord(value)) return [{ role, reasoning: '', content: value, toolCalls: [] }];
  return [{ role: roleOf(value) ?? role, ...readContent(contentOf(value)), toolCalls: toolCallsOf(value) }];
}

function roleOf(value: Record<string, unknown>): string | undefined {
  for (const name of ['role', 'type']) if (typeof value[name] === 'string') return dialect[value[name]] ?? value[name];
  return undefined;
}

/** LangChain's words for what others call by their role. */
const dialect: Record<string, string> = { human: 'user', ai: 'assistant' };

function contentOf(value: Record<string, unknown>): unknown {
  if ('content' in value) return value.content;
  return 'text' in value ? value.text : value;
}

/** Parts are told apart: thoughts, text, and the rest as it is; calls of tools stand in a field of their own as well. */
function readContent(content: unknown): Pick<Message, 'reasoning' | 'content'> {
  if (!Array.isArray(content) || !content.every(isRecord)) return { reasoning: '', content };
  const reasoning = content.flatMap((part) => textOf(part, ['reasoning', 'thinking']));
  const texts = content.flatMap((part) => textOf(part, ['text']));
  const others = content.filter((part) => !KNOWN_PARTS.has(String(part.type)));
  return { reasoning: reasoning.join('\n'), content: others.length > 0 ? content : texts.join('\n') };
}

const KNOWN_PARTS = new Set(['text', 'reasoning', 'thinking', 'tool_call', 'tool_use']);

const textOf = (part: Record<string, unknown>, names: string[]): string[] =>
  names.flatMap((name) => (typeof part[name] === 'string' ? [part[name]] : []));

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
