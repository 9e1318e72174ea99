import { toEarlier } from '../simulation/earlier.rules.ts';
import type { RecordedCall } from '../simulation/recorded.rules.ts';
import type { Simulation } from '../simulation/simulate.rules.ts';
import { fetchCalls, findBlobs, findDecisions, type RunSet, type StoredBlob, type StoredCall } from './calls.store.ts';
import { hashOf, toArgs } from './payloads.ts';
import type { Reader } from './rows.store.ts';
import { listTrees, type Recording, type StoredRun } from './trees.store.ts';

/** Calls whose trees are read together; a tree that has more is read by itself. */
const MAX_TOGETHER = 10_000;

interface Reading {
  recording: Recording;
  simulation: Simulation;
  policyName: string;
  isInScope: (agentId: string | null) => boolean;
  /** Whether rules read arguments: else they are not fetched. */
  needsArgs: boolean;
  /** Called after each part with the number of calls in it; what it waits for is waited for. */
  onProgress: (calls: number) => Promise<void>;
}

/** Feeds what was recorded to a simulation, tree by tree. Memory holds one part of it at a time. */
export async function readRecording(client: Reader, reading: Reading): Promise<void> {
  const { recording, isInScope, onProgress } = reading;
  let after: string | undefined;
  while (true) {
    const trees = await listTrees(client, recording, after);
    if (trees.length === 0) return;
    after = trees.at(-1)?.[0]?.rootId;
    for (const part of toParts(trees)) {
      const covered = part.filter((tree) => tree.some(({ agentId }) => isInScope(agentId)));
      if (covered.length > 0) await readTrees(client, reading, covered);
      await onProgress(part.flat().reduce((sum, { calls }) => sum + calls, 0));
    }
  }
}

function toParts(trees: StoredRun[][]): StoredRun[][][] {
  const parts: StoredRun[][][] = [];
  let room = 0;
  for (const tree of trees) {
    const calls = tree.reduce((sum, run) => sum + run.calls, 0);
    if (calls > room) {
      parts.push([]);
      room = MAX_TOGETHER;
    }
    parts.at(-1)?.push(tree);
    room -= calls;
  }
  return parts;
}

async function readTrees(client: Reader, reading: Reading, trees: StoredRun[][]): Promise<void> {
  const { simulation, needsArgs, recording, policyName } = reading;
  const runs = trees.flat();
  const set: RunSet = { orgId: recording.orgId, trees };
  const decisions = await findDecisions(client, set);
  let next = 0;
  /** Begins trees up to the one of a root, and ends those before it. */
  const turnTo = (rootId: string | undefined) => {
    while (trees[next - 1]?.[0]?.rootId !== rootId) {
      const [before, tree] = [trees[next - 1], trees[next]];
      if (before) simulation.endTree(before);
      next++;
      if (!tree) return;
      for (const run of tree) if (run.id === run.rootId) simulation.begin(run);
    }
  };
  for await (const rows of fetchCalls(client, set, needsArgs)) {
    const blobs = needsArgs ? await findPayloads(client, set.orgId, rows, runs) : new Map<string, StoredBlob>();
    for (const row of rows) {
      const run = runs[row.run];
      if (!run) continue;
      turnTo(run.rootId);
      const decision = row.decision_id === null ? undefined : decisions.get(row.decision_id);
      const args = toArgs(row.payload, (hash) => blobs.get(`${run.day} ${hash}`));
      simulation.call(run, toCall(row, args, toEarlier(row.status, decision, policyName)));
    }
  }
  turnTo(undefined);
}

/** Payloads of these rows that are stored apart, by day and hash. */
async function findPayloads(
  client: Reader,
  orgId: string,
  rows: readonly StoredCall[],
  runs: readonly StoredRun[],
): Promise<Map<string, StoredBlob>> {
  const byDay = new Map<string, Set<string>>();
  for (const { payload, run } of rows) {
    const hash = hashOf(payload);
    const day = runs[run]?.day;
    if (hash !== undefined && day !== undefined) byDay.set(day, (byDay.get(day) ?? new Set()).add(hash));
  }
  const found = new Map<string, StoredBlob>();
  for (const [day, hashes] of byDay)
    for (const [hash, blob] of await findBlobs(client, { orgId, day, hashes: [...hashes] }))
      found.set(`${day} ${hash}`, blob);
  return found;
}

const nameOf = ({ kind, name, provider, model }: StoredCall): string => {
  if (kind === 'tool') return name;
  return provider === null ? (model ?? name) : `${provider}/${model ?? name}`;
};

// A million times: written out, because spreading costs more than all the rest of it.
const toCall = (row: StoredCall, args: RecordedCall['args'], earlier: RecordedCall['earlier']): RecordedCall => ({
  seq: row.seq,
  key: row.key,
  kind: row.kind === 'tool' ? 'tool' : 'model',
  name: nameOf(row),
  startedMs: row.started_ms,
  durMs: (row.dur_us ?? 0) / 1_000,
  hasFailed: row.status === 'error',
  tokens: row.tokens,
  costUsd: row.cost_usd ?? 0,
  args,
  reads: row.reads,
  writes: row.writes,
  earlier,
});
