/** Where Mission Control is, and what holds before it was reached. */
export interface Settings {
  url: string;
  key: string;
  gatewayId: string;
  failMode: 'last_known' | 'fail_closed' | 'fail_open';
}

/** A tool call of an agent, by the names of the gateway. */
export interface ToolCall {
  agentId?: string | undefined;
  runId?: string | undefined;
  toolCallId?: string | undefined;
  tool: string;
  args?: unknown;
}

/** What the gateway is told: nothing lets the call go on. */
export type Answer = { block: true; blockReason: string } | undefined;

export interface Policy {
  /** Decides about a call, without I/O. */
  check(call: ToolCall): Answer;
  /** Fetches what agents may do, now and every 15 s. */
  start(): void;
  /** One round: sends what was stopped, fetches what agents may do. Never throws. */
  sync(): Promise<void>;
  stop(): void;
}

/** Throws when a variable is missing: a gateway that was told to ask must not go on without. */
export function readSettings(env: Record<string, string | undefined>): Settings;

export function createPolicy(
  settings: Settings,
  parts?: { fetch?: typeof globalThis.fetch; now?: () => number },
): Policy;
