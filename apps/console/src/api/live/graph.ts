import { useQueryClient } from '@tanstack/react-query';
import { useContext, useEffect } from 'react';
import type { Graph, GraphEdge, GraphNode } from '../contract.ts';
import { type GraphFilters, type GraphState, graphQuery, readGraph } from '../queries/fleet/graph.ts';
import { StreamContext } from './live-provider.tsx';

interface Changes<T> {
  set: Record<string, Partial<T>>;
  add: T[];
  remove: string[];
}

interface GraphChange {
  topic: string;
  rev: number;
  base: number;
  at: string;
  nodes: Changes<GraphNode>;
  edges: Changes<GraphEdge>;
  slow?: Graph['slow'];
}

/** Items with what changed; those that did not stay the same objects, so that nothing is drawn again for them. */
function change<T extends { id: string }>(items: readonly T[], { set, add, remove }: Changes<T>): T[] {
  const gone = new Set([...remove, ...add.map(({ id }) => id)]);
  const kept = items.filter(({ id }) => !gone.has(id));
  return [...kept.map((item) => (set[item.id] ? { ...item, ...set[item.id] } : item)), ...add];
}

/** A graph with what the stream tells of it; undefined when something was missed before. */
export function applyChange(state: GraphState, told: GraphChange): GraphState | undefined {
  if (state.rev !== told.base) return undefined;
  const { graph } = state;
  const nodes = change(graph.nodes, told.nodes);
  const edges = change(graph.edges, told.edges);
  return { rev: told.rev, graph: { ...graph, at: told.at, nodes, edges, slow: told.slow ?? graph.slow } };
}

const toTopic = ({ at, ...filters }: GraphFilters): string => {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? 'graph' : `graph:${new URLSearchParams(given)}`;
};

/** Keeps a graph of now in the cache up to date while the page is open. */
export function useLiveGraph(filters: GraphFilters): void {
  const queryClient = useQueryClient();
  const stream = useContext(StreamContext);
  const key = JSON.stringify(filters);
  useEffect(() => {
    const wanted: GraphFilters = JSON.parse(key);
    if (!stream || wanted.at !== undefined) return;
    const { queryKey } = graphQuery(wanted);
    const put = (state: GraphState) => queryClient.setQueryData(queryKey, state);
    const readAt = async (rev: number): Promise<void> => {
      // What cannot be read now is asked for again with the next change.
      const graph = await readGraph(wanted).catch(() => undefined);
      if (graph) put({ graph, rev });
    };
    const onEvent = (event: string, data: unknown): void => {
      if (event === 'snapshot') {
        const { rev, ...graph } = data as Graph & { rev: number }; // as the stream sends it
        put({ graph, rev });
        return;
      }
      const told = data as GraphChange; // as the stream sends it
      const before = queryClient.getQueryData<GraphState>(queryKey);
      const after = event === 'graph' && before ? applyChange(before, told) : undefined;
      if (after) put(after);
      else void readAt(told.rev);
    };
    return stream.follow({ topic: toTopic(wanted), events: ['snapshot', 'graph', 'resync'], onEvent });
  }, [queryClient, stream, key]);
}
