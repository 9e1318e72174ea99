import type { Platform } from '#server/platform/context.ts';
import { saveFlows } from '../baselines/baselines.store.ts';
import { listEndedRuns, listMinutes } from '../baselines/runs.store.ts';
import { createAgentState, noteRun } from '../detectors/agent-state.rules.ts';
import { type Settled, settle } from '../detectors/hysteresis.rules.ts';
import { judgeAgent } from '../detectors/judge.rules.ts';
import { findFlows, judgeRun } from '../detectors/run.rules.ts';
import type { ToolSums } from '../detectors/sums.rules.ts';
import { record } from '../recording/record.service.ts';
import { listWatchedAgents } from './agents.store.ts';
import { type Remembered, readTunings, readUsual, remember, takeOver } from './memory.ts';
import { listLiveRuns } from './runs.store.ts';
import { toRunStep } from './to-run-step.ts';

const MINUTE_MS = 60_000;
/** Where it begins after a start, or when another instance has looked meanwhile. */
const BACK_MS = 15 * MINUTE_MS;
/** Longer without a look, another instance had it. */
const AWAY_MS = MINUTE_MS;
/** Runs are told of so much later than they ended. */
const LATE_MS = 15_000;
const TOOL_MINUTES = 5;
const RUN_LOOK_MS = 12_000;

interface Watch {
  /** Looks at agents: what ended since the last look, against what is usual. */
  watchAgents(platform: Platform): Promise<void>;
  /** Looks at runs that go on: loops and the like need no baseline. */
  watchRuns(platform: Platform): Promise<void>;
}

/** Watches all agents. What it remembers is lost with the process and made anew from the last quarter of an hour. */
export function createWatch(): Watch {
  const agents = new Map<string, Remembered>();
  let lookedAt = 0;
  let counted = new Set<string>();

  async function follow(platform: Platform, at: number): Promise<void> {
    const isAway = at - lookedAt > AWAY_MS;
    if (isAway) for (const one of agents.values()) one.state = createAgentState();
    const since = isAway ? at - BACK_MS : lookedAt - LATE_MS;
    const runs = await listEndedRuns(platform, new Date(since), new Date(at + LATE_MS));
    for (const run of runs) {
      const one = agents.get(run.agent_id);
      if (one?.usual && (isAway || !counted.has(run.id))) noteRun(one.state, one.usual, run);
    }
    counted = new Set(runs.map(({ id }) => id));
    lookedAt = at;
  }

  return {
    async watchAgents(platform) {
      const at = platform.now().getTime();
      const watched = await listWatchedAgents(platform);
      const ids = new Set(watched.map(({ agent_id }) => agent_id));
      for (const id of agents.keys()) if (!ids.has(id)) agents.delete(id);
      for (const agent of watched) remember(agents, agent);
      await readUsual(platform, agents.values());
      await readTunings(platform, agents);
      await takeOver(platform, agents);
      await follow(platform, at);
      await readTools(platform, agents, at);
      await record(
        platform,
        [...agents.values()].map((one) => ({ one, settled: judge(one, at) })),
      );
    },
    async watchRuns(platform) {
      if (agents.size === 0) return;
      const at = platform.now().getTime();
      const found = new Map<Remembered, ReturnType<typeof judgeRun>>();
      for (const row of await listLiveRuns(platform, new Date(at - RUN_LOOK_MS))) {
        const one = agents.get(row.agent_id);
        if (!one) continue;
        const steps = row.steps.map((step) => toRunStep(step, one.agent));
        const limits = { maxTokens: one.usual?.maxTokens ?? Number.POSITIVE_INFINITY, knownFlows: one.flows };
        const run = { id: row.id, startedAt: row.started_at, at, tokens: row.tokens, steps };
        const isLearning = one.usual === undefined;
        const findings = judgeRun(run, limits).filter(({ detector }) => !(isLearning && detector === 'data_flow'));
        found.set(one, [...(found.get(one) ?? []), ...findings]);
        await learnFlows(platform, one, findFlows(steps));
      }
      const judged = [...agents.values()].map((one) => {
        const findings = (found.get(one) ?? []).filter(({ detector }) => !one.muted.has(detector));
        return { one, settled: settle(one.runTracks, findings, at) };
      });
      await record(platform, judged);
    },
  };
}

function judge(one: Remembered, at: number): Settled {
  const { usual, state, agent, toolMinutes, strictness, muted } = one;
  if (!usual) return { opened: [], seen: [], closed: [] };
  const look = {
    at,
    usual,
    lastStartAt: agent.last_start_at,
    isNewVersion: agent.is_new_version,
    toolMinutes,
    strictness,
  };
  const findings = judgeAgent(state, look).filter(({ detector }) => !muted.has(detector));
  return settle(one.tracks, findings, at);
}

async function readTools(platform: Platform, agents: ReadonlyMap<string, Remembered>, at: number): Promise<void> {
  const minutes = new Map<string, Map<number, Record<string, ToolSums>>>();
  for (const row of await listMinutes(platform, new Date(at - TOOL_MINUTES * MINUTE_MS), new Date(at + MINUTE_MS))) {
    if (row.dim !== 'tool') continue;
    const ofAgent = minutes.get(row.agent_id) ?? new Map<number, Record<string, ToolSums>>();
    minutes.set(row.agent_id, ofAgent);
    ofAgent.set(row.at, { ...ofAgent.get(row.at), [row.name]: row });
  }
  for (const [id, one] of agents)
    one.toolMinutes = [...(minutes.get(id) ?? [])].sort(([a], [b]) => b - a).map(([, tools]) => tools);
}

/** What was seen once is known: it is told once. */
async function learnFlows(platform: Platform, one: Remembered, flows: readonly string[]): Promise<void> {
  const fresh = flows.filter((flow) => !one.flows.has(flow));
  if (fresh.length === 0) return;
  for (const flow of fresh) one.flows.add(flow);
  await saveFlows(platform, one.agent.agent_id, fresh);
}
