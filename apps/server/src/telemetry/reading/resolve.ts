import type { ProcessAgent } from '#server/agents/index.ts';
import { type Fields, isFields } from '../batches/fields.rules.ts';
import { instantOfUuid, isUuid } from '../batches/instants.rules.ts';
import type { LiveRuns } from '../batches/live-runs.ts';
import { SeqWindow } from '../batches/seq-window.ts';
import type { LiveRun } from '../events/draft.ts';
import { toRootOfTrace } from '../events/run-bounds.ts';
import type { ReaderScope, RunSlot } from './reader.ts';

const RETIRED_GRACE_MS = 600_000;

/** What the database knows of a run that this instance does not. */
export interface StoredRun {
  id: string;
  agent_id: string | null;
  version_id: string | null;
  root_run_id: string;
  /** Microseconds since 1970. */
  started_us: number;
  steps: number;
  sampled: boolean | null;
  is_replay: boolean;
}

/** The runs that must be looked up before the lines can be read: neither known here nor begun in this batch. */
export function findUnknownRuns(liveRuns: LiveRuns, orgId: string, slots: Iterable<RunSlot>): string[] {
  const unknown = new Set<string>();
  const begun = new Set<string>();
  for (const slot of slots) {
    slot.run = liveRuns.findRun(orgId, slot.id);
    if (slot.start) begun.add(slot.id);
    else if (!slot.run) unknown.add(slot.id);
    const parent = slot.start && findParentOfUnknownRoot(slot.start);
    if (parent && liveRuns.findRun(orgId, parent) === undefined) unknown.add(parent);
  }
  return [...unknown].filter((id) => !begun.has(id));
}

/** The parent whose root the new run shares, unless its trace already names the root. */
function findParentOfUnknownRoot(start: Fields): string | undefined {
  return toRootOfTrace(start.trace) ? undefined : toParentId(start);
}

function toParentId(start: Fields): string | undefined {
  const parent = start.parent as { run?: unknown } | null | undefined;
  return isUuid(parent?.run) ? parent.run.toLowerCase() : undefined;
}

/** Gives every slot its run; those that begin in this batch get the agent that their start names. */
export function resolveRuns(
  scope: ReaderScope,
  liveRuns: LiveRuns,
  slots: Iterable<RunSlot>,
  stored: readonly StoredRun[],
): void {
  const { orgId } = scope;
  for (const row of stored) if (liveRuns.findRun(orgId, row.id) === undefined) liveRuns.add(orgId, toLiveRun(row));
  for (const slot of slots) {
    slot.run ??= liveRuns.findRun(orgId, slot.id) ?? addRun(scope, liveRuns, slot.id);
    if (slot.start) begin(scope, liveRuns, slot.start, slot.run);
    const { agentId, refused } = slot.run;
    slot.refused = refused ?? (agentId !== null && !mayReport(scope, agentId) ? 'agent.not_enrolled' : null);
  }
}

const toLiveRun = (row: StoredRun): LiveRun => ({
  id: row.id,
  day: toRunDay(row.id),
  agentId: row.agent_id,
  versionId: row.version_id,
  rootRunId: row.root_run_id,
  startedAt: row.started_us,
  steps: row.steps,
  sampled: row.sampled,
  isReplay: row.is_replay,
  window: new SeqWindow(),
  refused: null,
});

const toRunDay = (id: string): number => Math.floor((instantOfUuid(id) ?? 0) / 86_400_000);

/** A run that nobody has heard of: the only agent's, or nobody's until its start arrives. */
function addRun({ agents, orgId }: ReaderScope, liveRuns: LiveRuns, id: string): LiveRun {
  const only = agents.length === 1 ? agents[0] : undefined;
  const run = toLiveRun({
    id,
    agent_id: only?.id ?? null,
    version_id: only?.version_id ?? null,
    root_run_id: id,
    started_us: (instantOfUuid(id) ?? 0) * 1_000,
    steps: 0,
    sampled: null,
    is_replay: false,
  });
  liveRuns.add(orgId, run);
  return run;
}

/** Gives the run the agent that its start names. */
function begin(scope: ReaderScope, liveRuns: LiveRuns, fields: Fields, run: LiveRun): void {
  const agent = scope.agents.find(({ slug }) => slug === fields.agent);
  run.refused = refusalOf(agent, scope.now);
  if (!agent || run.refused !== null) return;
  run.isReplay = isFields(fields.replay) && isUuid(fields.replay.id);
  run.agentId = agent.id;
  run.versionId = agent.version_id;
  const parent = toParentId(fields);
  // The trace of a span is made by its tracer: one that looks like a run id names none.
  const root = scope.source === 'otlp' ? null : toRootOfTrace(fields.trace);
  run.rootRunId = (parent && (root ?? liveRuns.findRun(scope.orgId, parent)?.rootRunId ?? parent)) ?? run.id;
}

function refusalOf(agent: ProcessAgent | undefined, now: number): string | null {
  if (!agent) return 'agent.not_enrolled';
  const retiredAt = agent.control_state === 'retired' ? Date.parse(agent.control_at ?? '') : Number.NaN;
  return now / 1_000 - retiredAt > RETIRED_GRACE_MS ? 'agent.retired' : null;
}

const mayReport = ({ agents }: ReaderScope, agentId: string): boolean => agents.some(({ id }) => id === agentId);
