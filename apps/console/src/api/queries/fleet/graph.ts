import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Graph } from '../../contract.ts';

/** What is asked for of the graph, as the API and the live topic take it. */
export interface GraphFilters {
  window?: '5m' | '15m' | '1h' | '24h' | undefined;
  agent_type?: string | undefined;
  include?: 'tools' | undefined;
  group_by?: 'type' | 'board' | undefined;
  /** The past; such a graph is not live. */
  at?: string | undefined;
}

/** A graph and the revision of the stream that it stands at; undefined for one that was asked for. */
export interface GraphState {
  graph: Graph;
  rev: number | undefined;
}

export const readGraph = (filters: GraphFilters, signal?: AbortSignal): Promise<Graph> =>
  read(api.GET('/api/v1/graph', { ...(signal && { signal }), params: { query: filters } }));

/** Who calls whom, and how it goes. */
export const graphQuery = (filters: GraphFilters) =>
  queryOptions({
    queryKey: ['graph', filters] as const,
    queryFn: async ({ signal }): Promise<GraphState> => ({ graph: await readGraph(filters, signal), rev: undefined }),
  });
