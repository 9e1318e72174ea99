import type { RedactionSite } from '@mission-control/policy/redact';

/** A payload as it was when it was captured, before redaction. Its text never changes. */
export interface CapturedText {
  kind: 'text' | 'json';
  text: string;
  site: RedactionSite | undefined;
  /** Its payload reference once it was prepared for sending, and the scope in which that holds. */
  sealed?: string;
  sealedIn?: string;
}

/** The messages of a model call: each is a payload of its own, so that a growing history is sent once. */
export interface CapturedMessages {
  kind: 'messages';
  parts: CapturedText[];
  sealed?: string;
  sealedIn?: string;
}

/** A payload that is absent, and why. */
export interface CapturedAbsence {
  kind: 'absent';
  sealed: string;
}

export type Captured = CapturedText | CapturedMessages | CapturedAbsence;

/** What stands for a payload when an organization captures metadata only. */
export const DISABLED: CapturedAbsence = { kind: 'absent', sealed: '{"x":"disabled"}' };

export const toDropped = (size: number): CapturedAbsence => ({
  kind: 'absent',
  sealed: `{"x":"dropped","size":${size}}`,
});

let present = (value: unknown): unknown => value;

/** Sets how the objects of a framework are written; an adapter knows its own. */
export function presentWith(presenter: (value: unknown) => unknown): void {
  present = presenter;
}

/**
 * Captures a value at once, because frameworks change their objects later. A string is kept as it is. What has no JSON
 * form (cycles, bigints) is captured as its text.
 */
export function capture(value: unknown, site?: RedactionSite): CapturedText | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return { kind: 'text', text: value, site };
  return { kind: 'json', text: toJsonText(present(value)), site };
}

function toJsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    // Cycles and bigints are the host's right; their text is better than no payload.
    return JSON.stringify(String(value));
  }
}

/**
 * Captures messages, each once: a message seen before is known by its identity while its content stays the same.
 * `scope` says where a reference made earlier still holds.
 */
export function captureMessages(messages: readonly unknown[], scope: string): CapturedMessages {
  return { kind: 'messages', parts: messages.map((message) => captureMessage(message, scope)) };
}

interface SeenMessage {
  content: unknown;
  toolCalls: unknown;
  captured: CapturedText;
}

const seen = new WeakMap<object, SeenMessage>();

function captureMessage(message: unknown, scope: string): CapturedText {
  if (typeof message !== 'object' || message === null) return captureAny(message);
  const { content, tool_calls: toolCalls } = message as { content?: unknown; tool_calls?: unknown };
  const known = seen.get(message);
  const isSame = known && known.content === content && known.toolCalls === toolCalls;
  if (isSame && (known.captured.text !== '' || known.captured.sealedIn === scope)) return known.captured;
  const captured = captureAny(message);
  seen.set(message, { content, toolCalls, captured });
  return captured;
}

const captureAny = (value: unknown): CapturedText => capture(value) ?? { kind: 'json', text: 'null', site: undefined };

/** About how many bytes a captured payload keeps in memory. */
export function toBytes(captured: Captured | undefined): number {
  if (!captured || captured.kind === 'absent') return 0;
  if (captured.kind !== 'messages') return captured.text.length;
  return captured.parts.reduce((sum, part) => sum + (part.sealed ? 0 : part.text.length), 0);
}
