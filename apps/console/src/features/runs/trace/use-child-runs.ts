import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { RunDetail, RunRef } from '#console/api/contract.ts';
import { runQuery, traceQuery } from '#console/api/queries/fleet/runs.ts';
import { type Graft, graftRuns, toChildKey } from './graft.ts';
import { buildTrace, type Trace } from './trace.ts';

interface LoadedRun {
  run: RunDetail;
  trace: Trace;
}

/** A trace that can show the runs which its steps started, in place. */
export interface FamilyTrace {
  trace: Trace;
  /** Rows whose step started runs, by row key: whether those are shown. */
  starters: ReadonlyMap<string, boolean>;
  toggle: (rowKey: string) => void;
  /** The run that a row belongs to. */
  runOf: (runId: string | undefined) => RunDetail;
}

/** Grafts the runs that were asked for into the trace of a run; each is fetched when it is first opened. */
export function useChildRuns(run: RunDetail, trace: Trace): FamilyTrace {
  const [openIds, setOpenIds] = useState<readonly string[]>([]);
  const loaded = useLoadedRuns(openIds);
  const family = useMemo(() => compose({ run, trace }, loaded, ''), [run, trace, loaded]);
  const toggle = (rowKey: string) => {
    const ids = family.startersBy.get(rowKey)?.map(({ id }) => id) ?? [];
    setOpenIds((before) =>
      ids.some((id) => before.includes(id)) ? before.filter((id) => !ids.includes(id)) : [...before, ...ids],
    );
  };
  const starters = new Map(
    [...family.startersBy].map(([rowKey, refs]) => [rowKey, refs.some(({ id }) => openIds.includes(id))]),
  );
  const runOf = (runId: string | undefined) => (runId === undefined ? run : (loaded.get(runId)?.run ?? run));
  return { trace: family.trace, starters, toggle, runOf };
}

function useLoadedRuns(ids: readonly string[]): ReadonlyMap<string, LoadedRun> {
  const details = useQueries({ queries: ids.map((id) => runQuery(id)) });
  const traces = useQueries({ queries: ids.map((id) => ({ ...traceQuery(id), select: buildTrace })) });
  const stamp = [...details, ...traces].map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when any of the answers changed
  return useMemo(() => {
    const pairs = ids.flatMap((id, index): [string, LoadedRun][] => {
      const run = details[index]?.data;
      const trace = traces[index]?.data;
      return run && trace ? [[id, { run, trace }]] : [];
    });
    return new Map(pairs);
  }, [ids, stamp]);
}

interface Family {
  trace: Trace;
  startersBy: Map<string, RunRef[]>;
}

function compose({ run, trace }: LoadedRun, loaded: ReadonlyMap<string, LoadedRun>, prefix: string): Family {
  const startersBy = new Map<string, RunRef[]>();
  const grafts: Graft[] = [];
  for (const child of run.children) {
    const stepKey = child.parent_step_key;
    if (stepKey === null || !trace.placeOf.has(stepKey)) continue;
    const rowKey = prefix + stepKey;
    startersBy.set(rowKey, [...(startersBy.get(rowKey) ?? []), child]);
    const inner = loaded.get(child.id);
    if (!inner) continue;
    const family = compose(inner, loaded, prefix + toChildKey(child.id, ''));
    for (const [key, refs] of family.startersBy) startersBy.set(key, refs);
    const offsetUs = (Date.parse(child.started_at) - Date.parse(run.started_at)) * 1_000;
    grafts.push({ stepKey, runId: child.id, offsetUs, trace: family.trace });
  }
  return { trace: graftRuns(trace, grafts), startersBy };
}
