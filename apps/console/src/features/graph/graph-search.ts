import type { GraphFilters } from '#console/api/queries/fleet/graph.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const WINDOWS = ['5m', '15m', '1h', '24h'] as const;
export const GROUPS = ['type', 'board'] as const;
export const VIEWS = ['picture', 'table'] as const;

/** The filters, the node or edge whose detail is open, and how it is shown. */
export interface GraphSearch extends GraphFilters {
  id?: string | undefined;
  as?: (typeof VIEWS)[number] | undefined;
}

export const parseGraphSearch = (search: RawSearch): GraphSearch =>
  compact({
    window: parseChoice(search.window, WINDOWS),
    agent_type: parseText(search.agent_type),
    include: parseChoice(search.include, ['tools'] as const),
    group_by: parseChoice(search.group_by, GROUPS),
    at: parseText(search.at),
    id: parseText(search.id),
    as: parseChoice(search.as, VIEWS),
  });
