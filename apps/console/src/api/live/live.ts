import type { QueryClient } from '@tanstack/react-query';
import type { Agent, Run, RunDetail, Violation } from '../contract.ts';
import { agentKeys } from '../queries/fleet/agents.ts';
import { type RunFilters, runKeys } from '../queries/fleet/runs.ts';
import { overviewQuery } from '../queries/fleet/telemetry.ts';
import { type ViolationFilters, violationKeys } from '../queries/fleet/violations.ts';
import { activityKeys, approvalKeys } from '../queries/work-keys.ts';
import { governEvents } from './govern.ts';
import {
  isNewerRun,
  isNewerViolation,
  judgeRun,
  judgeViolation,
  mergeRows,
  type Pages,
  type Verdict,
} from './merge.ts';
import { createRefresher, type Live } from './refresher.ts';
import { applyBoardAgent, workEvents } from './work.ts';

/** Changes within so many ms are put into the cache at once, so that a burst costs one render. */
const BATCH_MS = 50;

/** The event names of the stream that this page understands. */
export const LIVE_EVENTS = [
  ...['agent', 'health', 'run', 'violation'],
  ...Object.keys(workEvents),
  ...Object.keys(governEvents),
];

/** What an event changes the moment it comes. */
const atOnce: Record<string, (live: Live, data: object) => void> = {
  ...workEvents,
  ...governEvents,
  agent: (live, data) => {
    applyBoardAgent(live, data);
    applyAgent(live, data);
  },
  health: applyAgent,
};

/** Brings events of the stream into the query cache, and tells of new violations: the only place where an event type meets a query key. */
export function createLiveCache(queryClient: QueryClient, onNewViolation: (violation: Violation) => void) {
  const live: Live = { queryClient, refresh: createRefresher(queryClient) };
  const runs = new Map<string, Run>();
  const violations = new Map<string, Violation>();

  function flush(): void {
    applyRuns(live, new Map(runs));
    applyViolations(live, new Map(violations));
    runs.clear();
    violations.clear();
  }

  /** Runs and violations come in bursts: the newest of each waits for its turn. */
  function collect(data: object): void {
    if (!('run' in data || 'violation' in data)) return;
    if (runs.size + violations.size === 0) setTimeout(flush, BATCH_MS);
    if ('run' in data) runs.set((data.run as Run).id, data.run as Run);
    if ('violation' in data) violations.set((data.violation as Violation).id, data.violation as Violation);
    if ('violation' in data && 'type' in data && data.type === 'violation.created')
      onNewViolation(data.violation as Violation);
  }

  return {
    apply(event: string, data: unknown): void {
      if (typeof data !== 'object' || data === null) return;
      atOnce[event]?.(live, data);
      collect(data);
    },
    /** Events were missed: what is on screen is asked for again, the rest when it is next looked at. */
    resync(): void {
      forgetLaterPages(queryClient);
      void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'payloads' });
    },
  };
}

/** Asking again for a list asks for each of its pages: the first is enough, the rest come when they are scrolled to. */
function forgetLaterPages(queryClient: QueryClient): void {
  for (const prefix of [runKeys.lists, violationKeys.lists, activityKeys.lists, approvalKeys.lists]) {
    queryClient.setQueriesData<Pages<unknown>>({ queryKey: prefix }, (list) =>
      list && list.pages.length > 1 ? { pages: list.pages.slice(0, 1), pageParams: list.pageParams.slice(0, 1) } : list,
    );
  }
}

/** How rows of one kind belong to the cached lists under `prefix`, whose third key part holds their filters. */
interface ListKind<T, F> {
  prefix: readonly string[];
  judge: (row: T, filters: F) => Verdict;
  isNewer: (row: T, other: T) => boolean;
}

const runLists: ListKind<Run, RunFilters> = { prefix: runKeys.lists, judge: judgeRun, isNewer: isNewerRun };
const violationLists: ListKind<Violation, ViolationFilters> = {
  prefix: violationKeys.lists,
  judge: judgeViolation,
  isNewer: isNewerViolation,
};

function mergeIntoLists<T extends { id: string }, F>(
  live: Live,
  kind: ListKind<T, F>,
  rows: ReadonlyMap<string, T>,
): void {
  for (const [key, pages] of live.queryClient.getQueriesData<Pages<T>>({ queryKey: kind.prefix })) {
    if (!pages) {
      live.refresh(key); // on its way: the answer may be older than the rows
      continue;
    }
    const filters = key[2] as F; // as written by runKeys.list and violationKeys.list
    const merged = mergeRows(pages, rows, { verdictOf: (row) => kind.judge(row, filters), isNewer: kind.isNewer });
    live.queryClient.setQueryData(key, merged.pages);
    if (merged.mustAsk) live.refresh(key);
  }
}

function applyRuns(live: Live, rows: ReadonlyMap<string, Run>): void {
  if (rows.size === 0) return;
  mergeIntoLists(live, runLists, rows);
  for (const run of rows.values()) {
    live.queryClient.setQueryData<RunDetail>(runKeys.detail(run.id), (detail) => detail && { ...detail, ...run });
    live.refresh(runKeys.trace(run.id));
    live.refresh(runKeys.steps(run.id));
    live.refresh(runKeys.events(run.id));
    if (run.status !== 'running') live.refresh(runKeys.detail(run.id));
    if (run.parent_run_id) live.refresh(runKeys.detail(run.parent_run_id));
  }
}

function applyViolations(live: Live, rows: ReadonlyMap<string, Violation>): void {
  if (rows.size === 0) return;
  mergeIntoLists(live, violationLists, rows);
  for (const violation of rows.values()) {
    // The detail holds more than the row that the stream carries.
    live.queryClient.setQueryData<Violation>(
      violationKeys.detail(violation.id),
      (old) => old && { ...old, ...violation },
    );
  }
  live.refresh(violationKeys.groups);
  live.refresh(overviewQuery.queryKey);
}

/** `agent` carries the whole row, `health` only what changed; what is derived from it is asked for again. */
function applyAgent(live: Live, data: object): void {
  const change = 'agent' in data ? (data.agent as Agent) : toHealthChange(data);
  if (!change) return;
  changeInAgentLists(live, change);
  live.refresh(agentKeys.detail(change.id));
  live.refresh(agentKeys.provisioning(change.id));
  live.refresh(agentKeys.files(change.id));
  live.refresh(overviewQuery.queryKey);
}

type AgentChange = Pick<Agent, 'id'> & Partial<Agent>;

function toHealthChange(data: object): AgentChange | undefined {
  if (!('agent_id' in data && 'health' in data && 'health_reasons' in data)) return undefined;
  const { agent_id, health, health_reasons } = data as { agent_id: string } & Pick<Agent, 'health' | 'health_reasons'>;
  return { id: agent_id, health, health_reasons };
}

interface AgentPages {
  pages: { items: Agent[]; total: number }[];
}

function changeInAgentLists({ queryClient, refresh }: Live, change: AgentChange): void {
  for (const [key, list] of queryClient.getQueriesData<AgentPages>({ queryKey: agentKeys.lists })) {
    if (!list) {
      refresh(key); // on its way: the answer may be older than the row
      continue;
    }
    const isKnown = list.pages.some((page) => page.items.some((item) => item.id === change.id));
    if (!isKnown) {
      refresh(key);
      continue;
    }
    const replace = (item: Agent) => (item.id === change.id ? { ...item, ...change } : item);
    const pages = list.pages.map((page) => ({ ...page, items: page.items.map(replace) }));
    queryClient.setQueryData(key, { ...list, pages });
  }
}
