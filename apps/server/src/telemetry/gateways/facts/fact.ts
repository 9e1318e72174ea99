/** Where a fact comes from. Instants are milliseconds by the gateway's clock. */
export interface Origin {
  /** The run's id at the gateway. */
  run: string;
  sessionKey: string | null;
  agentId: string | null;
  /** When it happened; null when the frame does not say. */
  at: number | null;
}

/** Who set a run off, when it was no message. */
export interface Trigger {
  kind: 'heartbeat' | 'cron';
  name: string | null;
}

/** A payload value of the telemetry protocol: `{ v }`, or as it was stored before. */
export type Payload = Record<string, unknown>;

export interface ModelCall {
  key: string;
  startedAt: number;
  endedAt: number;
  provider: string | null;
  model: string | null;
  tokens: { input: number; cache_read: number; cache_write: number; output: number } | null;
  /** What the gateway says that it cost, US dollars; null when it does not know. */
  costUsd: number | null;
  finish: string | null;
  responseId: string | null;
  text: string;
  error: string | null;
}

export interface ToolResult {
  isError: boolean;
  exitCode: number | null;
  /** What the agent was given. Undefined when only the fact is known. */
  text: string | undefined;
  /** Set by the ledger, which knows outcomes but no content. */
  errorCode?: string;
}

export interface Ending {
  status: 'ok' | 'error' | 'cancelled';
  errorType: string | null;
  errorMessage: string | null;
  stopReason: string | null;
}

/**
 * What one frame, message or ledger entry says about a run. Several sources tell the same: `rank` says which knows best,
 * so that facts add up to the same run whatever their order and however often they come.
 */
export type FactBody =
  | { t: 'seen' }
  | { t: 'started'; startedAt: number; rank: number }
  | { t: 'input'; text: string }
  | { t: 'triggered'; trigger: Trigger }
  | { t: 'spawned'; parentSessionKey: string }
  | { t: 'called'; call: ModelCall }
  | { t: 'tool.named'; key: string; name: string }
  | { t: 'tool.asked'; key: string; args: Payload; rank: number }
  | { t: 'tool.started'; key: string; startedAt: number; rank: number }
  | { t: 'tool.ended'; key: string; endedAt: number; rank: number }
  | { t: 'tool.answered'; key: string; result: ToolResult; rank: number }
  | { t: 'person.asked'; key: string; toolKey: string | null; what: Payload; askedAt: number }
  | { t: 'person.answered'; key: string; answer: string; by: string | null; answeredAt: number }
  | { t: 'said'; text: string; rank: number }
  | { t: 'ended'; ending: Ending; rank: number }
  | { t: 'ended.at'; endedAt: number; rank: number };

export type Fact = Origin & FactBody;
