import type { GatewayFrame } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { Fact } from '../facts/fact.ts';
import { placeRuns } from '../placing/place-runs.ts';
import { joinHashedTools } from '../runs/hashed-tools.ts';
import { isWaiting, takeLines } from '../runs/lines.rules.ts';
import { addFact, isQueuedMessage, lacksMessage } from '../runs/record.rules.ts';
import { createTrackedRun, forgetHoles, hasHole, noteFrame, type TrackedRun } from '../runs/tracked-run.ts';
import type { RunLine } from './gateway-writer.ts';

/** The runs of one gateway that are being followed. Instants are milliseconds by our clock. */
export interface RunBook {
  add(facts: readonly Fact[], heardAt: number): void;
  /** Notes the number of a frame, whatever it says. */
  note(frame: GatewayFrame, heardAt: number): void;
  /** Finds the place of new runs in our tables. */
  place(): Promise<void>;
  /** The lines that are due; they count as stored from here on. */
  takeDue(now: number): RunLine[];
  /** Whether nothing of what is known waits to be stored. */
  isSettled(): boolean;
  /** Whether the end of a run is known, though perhaps not stored yet. */
  isEnding(run: string): boolean;
  /** Frames that were missed so far were read elsewhere. */
  forgive(): void;
  /** Lets go of runs that were silent for long; returns our ids of ended ones of which frames are missing. */
  forgetOld(now: number): string[];
}

/** How long a run is kept in memory after the last word about it: ended, and otherwise. */
const KEPT_MS = { ended: 60_000, silent: 3_600_000 };

export function createRunBook(ctx: Context, gatewayId: string): RunBook {
  const runs = new Map<string, TrackedRun>();
  const all = () => [...runs.values()];

  const runOf = (run: string, heardAt: number): TrackedRun => {
    const known = runs.get(run);
    if (known) return known;
    const made = createTrackedRun(run, heardAt);
    runs.set(run, made);
    return made;
  };

  /** The run that is at work in a session. */
  const findRunOfSession = (sessionKey: string | null): string | null =>
    all().find(({ record, sent }) => sessionKey !== null && record.sessionKey === sessionKey && !sent.end)?.runId ??
    null;

  return {
    add(facts, heardAt) {
      for (const fact of facts) addFact(runOf(fact.run, heardAt).record, fact, heardAt);
    },
    note(frame, heardAt) {
      const numbered = readNumber(frame);
      if (numbered) noteFrame(runOf(numbered.run, heardAt), numbered.seq);
    },
    place: () => placeRuns(ctx, gatewayId, all().filter(isPlaceable)),
    takeDue(now) {
      claimQueued(all());
      return all()
        .filter(({ record }) => !isQueuedMessage(record))
        .flatMap((run) => takeRunLines(run, findRunOfSession(run.record.parentSessionKey), now));
    },
    isSettled: () =>
      !all().some(
        (run) =>
          isPlaceable(run) || (run.runId !== null && !isQueuedMessage(run.record) && isWaiting(run.record, run.sent)),
      ),
    isEnding: (run) => (runs.get(run)?.record.ending ?? null) !== null,
    forgive: () => all().forEach(forgetHoles),
    forgetOld(now) {
      const old = [...runs].filter(([, { record, sent }]) => {
        return now - record.lastHeardAt >= (sent.end ? KEPT_MS.ended : KEPT_MS.silent);
      });
      for (const [key] of old) runs.delete(key);
      return old.flatMap(([, run]) => (run.sent.end && run.runId !== null && hasHole(run) ? run.runId : []));
    },
  };
}

/** Gives runs that begin without a message the oldest that waited in their session, with the task that it was for. */
function claimQueued(runs: readonly TrackedRun[]): void {
  for (const run of runs) {
    if (run.sent.start || !lacksMessage(run.record)) continue;
    const { sessionKey } = run.record;
    const queued = runs.find(
      ({ isClaimed, record }) => !isClaimed && record.sessionKey === sessionKey && isQueuedMessage(record),
    );
    if (!queued) continue;
    queued.isClaimed = true;
    run.record.input = queued.record.input;
    run.taskId ??= queued.taskId;
  }
}

const isPlaceable = ({ runId, record, isForeign }: TrackedRun): boolean =>
  runId === null && record.agentId !== null && !isForeign;

function takeRunLines(run: TrackedRun, parentRunId: string | null, now: number): RunLine[] {
  const { agent, record, runId, sent, taskId } = run;
  if (runId === null || agent === null) return [];
  joinHashedTools(record, sent);
  return takeLines(record, sent, { agentId: agent.id, taskId, parentRunId }, now).map((line) => ({
    run,
    line: { ...line, run: runId, seq: run.nextSeq++ },
  }));
}

/** The run and the number of a frame that belongs to one. */
function readNumber({ event, payload }: GatewayFrame): { run: string; seq: number } | undefined {
  if (event !== 'agent' && event !== 'chat' && event !== 'session.tool') return undefined;
  const { runId, seq } = (payload ?? {}) as { runId?: unknown; seq?: unknown }; // looked at before they are used
  const isNumbered = typeof runId === 'string' && runId !== '' && Number.isSafeInteger(seq) && Number(seq) < 1e6;
  return isNumbered ? { run: runId, seq: Number(seq) } : undefined;
}
