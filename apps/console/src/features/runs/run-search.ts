import type { RunFilters } from '#console/api/queries/fleet/runs.ts';
import { compact, parseChoice, parseFlag, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const RUN_STATUSES = ['running', 'ok', 'error', 'cancelled', 'lost'] as const;
export const RUN_TABS = ['trace', 'reasoning', 'messages', 'decisions', 'checkpoints'] as const;
export type RunTab = (typeof RUN_TABS)[number];

/** The run list's filters as the address holds them. */
export const parseRunListSearch = (search: RawSearch): RunFilters =>
  compact({
    q: parseText(search.q),
    status: parseChoice(search.status, RUN_STATUSES),
    agent_id: parseText(search.agent_id),
    version_id: parseText(search.version_id),
    tool: parseText(search.tool),
    model: parseText(search.model),
    has_violation: parseFlag(search.has_violation),
    root_only: parseFlag(search.root_only),
  });

/** What is looked at in a run: the tab, and the step by its key. */
export interface RunSearch {
  tab?: RunTab | undefined;
  step?: string | undefined;
}

export const parseRunSearch = (search: RawSearch): RunSearch =>
  compact({ tab: parseChoice(search.tab, RUN_TABS), step: parseText(search.step) });
