import type { QueryClient } from '@tanstack/react-query';
import type { Agent, Run, RunDetail, Violation } from '../contract.ts';
import { agentKeys } from '../queries/agents.ts';
import { type RunFilters, runKeys } from '../queries/runs.ts';
import { overviewQuery } from '../queries/telemetry.ts';
import { type ViolationFilters, violationKeys } from '../queries/violations.ts';
import { isNewerRun, isNewerViolation, judgeRun, judgeViolation, mergeRows, type Pages, type Verdict } from './merge.ts';
import { createRefresher } from './refresher.ts';

/** Changes of so many ms are put into the cache at once, so that a burst costs one render. */
const BATCH_MS = 50;

/** The event names of the stream that this page understands. */
export const LIVE_EVENTS = ['agent', 'health', 'run', 'violation'] as const;

/** Brings events of the stream into the query cache: the only place where an event type meets a query key. */
export function createLiveCache(queryClient: QueryClient) {
  const runs = new Map<string, Run>();
  const violations = new Map<string, Violation>();
  const refresh = createRefresher(queryClient);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    applyRuns(queryClient, refresh, new Map(runs));
    applyViolations(queryClient, refresh, new Map(violations));
    runs.clear();
    violations.clear();
  }

  return {
    apply(event: string, data: unknown): void {
      if (typeof data !== 'object' || data === null) return;
      if ('run' in data) runs.set((data.run as Run).id, data.run as Run);
      if ('violation' in data) violations.set((data.violation as Violation).id, data.violation as Violation);
      if (event === 'agent' || event === 'health') applyAgent(queryClient, refresh, data);
      timer ??= setTimeout(flush, BATCH_MS);
    },
    /** Events were missed: what is on screen is asked for again, the rest when it is next looked at. */
    resync(): void {
      void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'payloads' });
    },
  };
}

type Refresh = ReturnType<typeof createRefresher>;

/** Merges rows into every cached list under `prefix`, whose third key part holds its filters. */
function mergeIntoLists<T extends { id: string }, F>(
  queryClient: QueryClient,
  refresh: Refresh,
  prefix: readonly string[],
  rows: ReadonlyMap<string, T>,
  judge: (row: T, filters: F) => Verdict,
  isNewer: (row: T, other: T) => boolean,
): void {
  for (const [key, pages] of queryClient.getQueriesData<Pages<T>>({ queryKey: prefix })) {
    if (!pages) continue;
    const filters = key[2] as F; // as written by runKeys.list and violationKeys.list
    const merged = mergeRows(pages, rows, (row) => judge(row, filters), isNewer);
    queryClient.setQueryData(key, merged.pages);
    if (merged.mustAsk) refresh(key);
  }
}

function applyRuns(queryClient: QueryClient, refresh: Refresh, rows: ReadonlyMap<string, Run>): void {
  if (rows.size === 0) return;
  mergeIntoLists<Run, RunFilters>(queryClient, refresh, runKeys.lists, rows, judgeRun, isNewerRun);
  for (const run of rows.values()) {
    queryClient.setQueryData<RunDetail>(runKeys.detail(run.id), (detail) => detail && { ...detail, ...run });
    refresh(runKeys.trace(run.id));
    refresh(runKeys.steps(run.id));
    refresh(runKeys.events(run.id));
    if (run.status !== 'running') refresh(runKeys.detail(run.id));
    if (run.parent_run_id) refresh(runKeys.detail(run.parent_run_id));
  }
}

function applyViolations(queryClient: QueryClient, refresh: Refresh, rows: ReadonlyMap<string, Violation>): void {
  if (rows.size === 0) return;
  mergeIntoLists<Violation, ViolationFilters>(
    queryClient,
    refresh,
    violationKeys.lists,
    rows,
    judgeViolation,
    isNewerViolation,
  );
  for (const violation of rows.values()) {
    queryClient.setQueryData<Violation>(violationKeys.detail(violation.id), (old) => old && violation);
  }
  refresh(overviewQuery.queryKey);
}

/** An agent changed: the new row goes where the agent is shown; what only the server can derive is asked for. */
function applyAgent(queryClient: QueryClient, refresh: Refresh, data: object): void {
  const agent = 'agent' in data ? (data.agent as Agent) : undefined;
  if (agent) replaceInAgentLists(queryClient, agent);
  const id = agent?.id ?? ('agent_id' in data ? String(data.agent_id) : undefined);
  if (!agent) refresh(agentKeys.lists);
  if (id) refresh(agentKeys.detail(id));
  if (id) refresh(agentKeys.health(id));
  refresh(overviewQuery.queryKey);
}

interface AgentPages {
  pages: { items: Agent[]; total: number }[];
}

function replaceInAgentLists(queryClient: QueryClient, agent: Agent): void {
  for (const [key, list] of queryClient.getQueriesData<AgentPages>({ queryKey: agentKeys.lists })) {
    if (!list) continue;
    const isKnown = list.pages.some((page) => page.items.some((item) => item.id === agent.id));
    if (!isKnown) {
      void queryClient.invalidateQueries({ queryKey: key }, { cancelRefetch: false });
      continue;
    }
    const pages = list.pages.map((page) => ({ ...page, items: page.items.map((item) => (item.id === agent.id ? agent : item)) }));
    queryClient.setQueryData(key, { ...list, pages });
  }
}
