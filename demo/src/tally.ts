/** What a fleet tells the demo. */
export type Report =
  | { type: 'started' }
  | { type: 'finished'; ms: number }
  | { type: 'failed'; why: string }
  | { type: 'abandoned' }
  | { type: 'blocked'; tool: string }
  | { type: 'limited' };

/** What all fleets did so far. */
export interface Tally {
  started: number;
  finished: number;
  failed: number;
  /** Tasks that Ctrl-C ended. */
  abandoned: number;
  /** Calls of tools that the agent never declared. */
  blocked: number;
  /** Calls that the rate-limited service refused at first. */
  limited: number;
  /** How long finished tasks took, in all. */
  finishedMs: number;
  /** The last failure, in its own words. */
  lastFailure: string | undefined;
}

export const NOTHING_YET: Tally = {
  started: 0,
  finished: 0,
  failed: 0,
  abandoned: 0,
  blocked: 0,
  limited: 0,
  finishedMs: 0,
  lastFailure: undefined,
};

/** The tally after one more report. */
export function addReport(tally: Tally, report: Report): Tally {
  switch (report.type) {
    case 'started':
      return { ...tally, started: tally.started + 1 };
    case 'finished':
      return { ...tally, finished: tally.finished + 1, finishedMs: tally.finishedMs + report.ms };
    case 'failed':
      return { ...tally, failed: tally.failed + 1, lastFailure: report.why };
    case 'abandoned':
      return { ...tally, abandoned: tally.abandoned + 1 };
    case 'blocked':
      return { ...tally, blocked: tally.blocked + 1 };
    case 'limited':
      return { ...tally, limited: tally.limited + 1 };
  }
}

/** One line for the terminal. */
export function toStatusLine(tally: Tally, elapsedMs: number): string {
  const running = tally.started - tally.finished - tally.failed - tally.abandoned;
  return [
    `${formatElapsed(elapsedMs)}  tasks: ${running} running, ${tally.finished} finished, ${tally.failed} failed`,
    `${tally.blocked} undeclared calls blocked`,
    `${tally.limited} calls rate-limited`,
  ].join(' · ');
}

const formatElapsed = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
