/** A part of a message: what was said, what the model thought, which tool it called, what came back. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'thinking'; text: string }
  | { kind: 'call'; name: string; args: unknown }
  | { kind: 'other'; value: unknown };

/** A message of a session as its page shows it. */
export interface Entry {
  key: string;
  role: 'user' | 'assistant' | 'tool' | 'system';
  /** Of a tool's result. */
  toolName: string | undefined;
  isError: boolean;
  /** When it was said, as an instant. */
  at: string | undefined;
  parts: Part[];
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const toText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const ROLES: Record<string, Entry['role']> = {
  user: 'user',
  assistant: 'assistant',
  toolResult: 'tool',
  tool: 'tool',
};

/** Messages of a gateway, whose form is its own, as entries. What has no known form is kept as it came. */
export const toEntries = (history: readonly unknown[]): Entry[] => history.map(toEntry);

function toEntry(message: unknown, index: number): Entry {
  const fields = isFields(message) ? message : { content: [message] };
  const { role, timestamp, content, toolName, isError } = fields;
  return {
    key: findId(fields) ?? `#${index}`,
    role: ROLES[String(role)] ?? 'system',
    toolName: toText(toolName),
    isError: isError === true,
    at: typeof timestamp === 'number' ? new Date(timestamp).toISOString() : toText(timestamp),
    parts: (Array.isArray(content) ? content : [content]).filter((part) => part !== undefined).map(toPart),
  };
}

function findId({ id, __openclaw: stored }: Fields): string | undefined {
  return (isFields(stored) ? toText(stored.id) : undefined) ?? toText(id);
}

function toPart(part: unknown): Part {
  if (typeof part === 'string') return { kind: 'text', text: part };
  if (!isFields(part)) return { kind: 'other', value: part };
  const { type, text, thinking, name, arguments: args } = part;
  if (type === 'text' && typeof text === 'string') return { kind: 'text', text };
  if (type === 'thinking' && typeof thinking === 'string') return { kind: 'thinking', text: thinking };
  if (type === 'toolCall' && typeof name === 'string') return { kind: 'call', name, args };
  return { kind: 'other', value: part };
}
