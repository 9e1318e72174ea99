/** What a process with agents is asked by the bench. */
export type Ask =
  /** Says when each of its clients is first at it: microseconds since the epoch. */
  | { watch: Watch }
  /** Calls the gated tool in each client every 100 ms, until it is told to stop. */
  | { act: boolean };

/** A state of a client's agent. */
export type Watch = { kind: 'kill'; id: string } | { kind: 'policy'; rule: string } | { kind: 'free' };

export type Answer =
  /** Everybody listens. */
  | { kind: 'ready' }
  /** When each was at it, and how many signals of running runs had fired. */
  | { kind: 'reached'; at: number[]; aborted: number }
  /** Calls of the tool that happened: when, and how long ago the server was heard then (ms). */
  | { kind: 'acted'; calls: { at: number; silentMs: number }[]; blocked: number };
