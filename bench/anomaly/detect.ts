import { createAgentState, noteRun } from '../../apps/server/src/telemetry/anomalies/detectors/agent-state.rules.ts';
import type { Finding } from '../../apps/server/src/telemetry/anomalies/detectors/finding.schema.ts';
import { settle, type Tracks } from '../../apps/server/src/telemetry/anomalies/detectors/hysteresis.rules.ts';
import { judgeAgent } from '../../apps/server/src/telemetry/anomalies/detectors/judge.rules.ts';
import { judgeRun, type WatchedRun } from '../../apps/server/src/telemetry/anomalies/detectors/run.rules.ts';
import type { ToolSums } from '../../apps/server/src/telemetry/anomalies/detectors/sums.rules.ts';
import { type Cells, toUsual, type Usual } from '../../apps/server/src/telemetry/anomalies/detectors/usual.rules.ts';
import type { SimRun } from './world.ts';

const MINUTE_MS = 60_000;
const TOOL_MINUTES = 5;

/** The product's detectors over simulated time: what the server does at each look. */
export function createDetector(cells: Cells) {
  const state = createAgentState();
  const tracks: Tracks = new Map();
  const toolMinutes = new Map<number, Record<string, ToolSums>>();
  let usual: Usual | undefined;
  let hour = -1;
  let lastStartAt: number | null = null;
  /** Gives what opened. */
  return (at: number, ended: readonly SimRun[], live: readonly WatchedRun[] = []): Finding[] => {
    if (Math.floor(at / 3_600_000) !== hour) {
      hour = Math.floor(at / 3_600_000);
      usual = toUsual(cells, at);
    }
    if (!usual) return [];
    for (const run of ended) {
      noteRun(state, usual, run);
      countTools(toolMinutes, run);
      // The server hears of a run when it begins; here one begins whenever one ends.
      lastStartAt = Math.max(lastStartAt ?? 0, run.at);
    }
    const now = Math.floor(at / MINUTE_MS);
    for (const minute of toolMinutes.keys()) if (minute <= now - TOOL_MINUTES) toolMinutes.delete(minute);
    const look = {
      ...{ at, usual, lastStartAt, isNewVersion: false, strictness: {} },
      toolMinutes: [...toolMinutes].sort(([a], [b]) => b - a).map(([, tools]) => tools),
    };
    const limits = { maxTokens: usual.maxTokens, knownFlows: new Set<string>() };
    const findings = [...judgeAgent(state, look), ...live.flatMap((run) => judgeRun(run, limits))];
    return settle(tracks, findings, at).opened;
  };
}

function countTools(minutes: Map<number, Record<string, ToolSums>>, { at, tools }: SimRun): void {
  const minute = Math.floor(at / MINUTE_MS);
  const sums = minutes.get(minute) ?? {};
  minutes.set(minute, sums);
  for (const [name, { n, retries }] of Object.entries(tools)) {
    const known = sums[name] ?? { n: 0, errors: 0, retries: 0 };
    sums[name] = { n: known.n + n, errors: 0, retries: known.retries + retries };
  }
}
