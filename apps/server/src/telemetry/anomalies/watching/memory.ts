import type { Platform } from '#server/platform/context.ts';
import type { Detector } from '../anomalies.schema.ts';
import { listCells } from '../baselines/baselines.store.ts';
import { type AgentState, createAgentState } from '../detectors/agent-state.rules.ts';
import { keyOf } from '../detectors/finding.schema.ts';
import type { Tracks } from '../detectors/hysteresis.rules.ts';
import type { Sums, ToolSums } from '../detectors/sums.rules.ts';
import { aroundCells, toUsual, type Usual } from '../detectors/usual.rules.ts';
import { listOpenKeys, listTunings, type WatchedAgent } from './agents.store.ts';

/** What is remembered of one agent. */
export interface Remembered {
  agent: WatchedAgent;
  state: AgentState;
  /** Of the agent as a whole, and of its runs: they are looked at at different times. */
  tracks: Tracks;
  runTracks: Tracks;
  usual: Usual | undefined;
  flows: Set<string>;
  /** When what is usual is read again, epoch ms. */
  readAt: number;
  strictness: Partial<Record<Detector, number>>;
  muted: Set<Detector>;
  toolMinutes: Readonly<Record<string, ToolSums>>[];
}

/** Detectors that look at runs, not at the agent as a whole. */
const RUN_DETECTORS: ReadonlySet<Detector> = new Set(['loop', 'burn', 'context_growth', 'retry_storm', 'data_flow']);

/** Twenty per cent stricter when half of the last twenty were of no use. */
const STRICTER = 1.2;
const MIN_RATED = 4;
/** What is being learned changes quickly, what is known does not. */
const YOUNG_RUNS = 1_000;
const YOUNG_MS = 30_000;
const OLD_MS = 5 * 60_000;

export function remember(agents: Map<string, Remembered>, agent: WatchedAgent): Remembered {
  const known = agents.get(agent.agent_id);
  if (known) {
    known.agent = agent;
    return known;
  }
  const made: Remembered = {
    ...{
      agent,
      state: createAgentState(),
      tracks: new Map(),
      runTracks: new Map(),
      usual: undefined,
      flows: new Set(),
    },
    ...{ readAt: 0, strictness: {}, muted: new Set(), toolMinutes: [] },
  };
  agents.set(agent.agent_id, made);
  return made;
}

/** Reads again what is usual, where that is due. */
export async function readUsual(platform: Platform, agents: Iterable<Remembered>): Promise<void> {
  const at = platform.now().getTime();
  const due = [...agents].filter(({ readAt }) => readAt <= at);
  if (due.length === 0) return;
  const ids = due.map(({ agent }) => agent.agent_id);
  const cells = new Map<string, Record<string, Sums>>();
  const flows = new Map<string, string[]>();
  for (const row of await listCells(platform, ids, aroundCells(at))) {
    const known = cells.get(row.agent_id) ?? {};
    known[row.cell] = row.sums;
    cells.set(row.agent_id, known);
    if (row.cell === 'all') flows.set(row.agent_id, row.flows);
  }
  for (const one of due) {
    one.usual = toUsual(cells.get(one.agent.agent_id) ?? {}, at);
    one.flows = new Set(flows.get(one.agent.agent_id));
    one.readAt = at + ((one.usual?.all.n ?? 0) < YOUNG_RUNS ? YOUNG_MS : OLD_MS);
  }
}

/** Takes over what is open, after a start or from another instance: it closes when it is clean for as long as ever. */
export async function takeOver(platform: Platform, agents: ReadonlyMap<string, Remembered>): Promise<void> {
  const at = platform.now().getTime();
  const open = new Set<string>();
  for (const row of await listOpenKeys(platform)) {
    const one = agents.get(row.agent_id);
    if (!one) continue;
    const tracks = RUN_DETECTORS.has(row.detector) ? one.runTracks : one.tracks;
    const key = keyOf(row);
    open.add(`${row.agent_id} ${key}`);
    if (!tracks.get(key)?.isOpen) tracks.set(key, { seen: 0, isOpen: true, lastSeenAt: at });
  }
  for (const { agent, tracks, runTracks } of agents.values())
    for (const each of [tracks, runTracks]) forgetClosed(each, (key) => open.has(`${agent.agent_id} ${key}`));
}

/** What a person closed may open again. */
function forgetClosed(tracks: Tracks, isOpenStill: (key: string) => boolean): void {
  for (const [key, track] of tracks) if (track.isOpen && !isOpenStill(key)) tracks.delete(key);
}

/** What people said of detectors. */
export async function readTunings(platform: Platform, agents: ReadonlyMap<string, Remembered>): Promise<void> {
  for (const one of agents.values()) Object.assign(one, { strictness: {}, muted: new Set() });
  for (const { agent_id, detector, is_muted, useless, rated } of await listTunings(platform)) {
    const one = agents.get(agent_id);
    if (!one) continue;
    if (is_muted) one.muted.add(detector);
    if (rated >= MIN_RATED && useless / rated > 0.5) one.strictness[detector] = STRICTER;
  }
}
