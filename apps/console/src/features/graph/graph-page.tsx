import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { Graph } from '#console/api/contract.ts';
import { useLiveGraph } from '#console/api/live/graph.ts';
import { toFailure } from '#console/api/problem.ts';
import { graphQuery } from '#console/api/queries/fleet/graph.ts';
import { useIsPhone } from '#console/lib/browser/media.ts';
import { cx } from '#console/ui/class-names.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { GraphFilterBar } from './graph-filter-bar.tsx';
import type { GraphSearch } from './graph-search.ts';
import { GraphTable } from './graph-table.tsx';
import { GraphDrawer } from './panel/graph-drawer.tsx';
import { GraphPicture } from './picture/graph-picture.tsx';
import { SlowSpots } from './slow-spots.tsx';

const route = getRouteApi('/frame/admins/graph');

/** Who calls whom, how it goes, what is slow and why. */
export function GraphPage() {
  const { id, as: chosenView, ...filters } = route.useSearch();
  const isPhone = useIsPhone();
  const view = chosenView ?? (isPhone ? 'table' : 'picture');
  const navigate = route.useNavigate();
  const set = useCallback(
    (change: GraphSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true }),
    [navigate],
  );
  const select = useCallback((next: string | undefined) => set({ id: next }), [set]);
  const { data, error, refetch } = useQuery({ ...graphQuery(filters), placeholderData: keepPreviousData });
  useLiveGraph(filters);
  const graph = data?.graph;
  return (
    <div className={cx('flex flex-col sm:h-full sm:min-h-[30rem]', id !== undefined && DRAWER_SPACE)}>
      <PageHead title="Graph">
        <GraphFilterBar search={{ ...filters, view }} onChange={set} />
      </PageHead>
      {graph ? (
        <Drawn key={view} graph={graph} view={view} filters={filters} selected={id} onSelect={select} />
      ) : error ? (
        <Failed what="The graph could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows rows={12} />
      )}
      {id && graph && <GraphDrawer key={id} id={id} graph={graph} onSelect={select} />}
    </div>
  );
}

interface DrawnProps {
  graph: Graph;
  view: 'picture' | 'table';
  filters: GraphSearch;
  selected: string | undefined;
  onSelect: (id: string | undefined) => void;
}

function Drawn({ graph, view, filters, selected, onSelect }: DrawnProps) {
  const [spot, setSpot] = useState<string>();
  const shown = useMemo(() => toChain(graph, spot), [graph, spot]);
  if (graph.nodes.length === 0) return <NoAgents />;
  return (
    <>
      <SlowSpots graph={graph} chosen={spot} onChoose={setSpot} />
      {graph.truncated && (
        <p className="border-t px-4 py-1.5 text-sm text-warn sm:px-6">
          Only the busiest 500 agents and 2,000 calls are shown. Group them to see all.
        </p>
      )}
      <div className="flex min-h-0 flex-1 flex-col border-t">
        {view === 'picture' ? (
          <GraphPicture
            graph={graph}
            layoutKey={JSON.stringify([filters.agent_type, filters.include, filters.group_by])}
            selected={selected}
            shown={shown}
            onSelect={onSelect}
          />
        ) : (
          <div className="min-h-0 flex-1 overflow-y-auto">
            <GraphTable graph={graph} selected={selected} />
          </div>
        )}
      </div>
    </>
  );
}

/** A slow spot, the calls by which it reaches others, and their ends. */
function toChain({ slow, edges }: Graph, spotId: string | undefined): ReadonlySet<string> | undefined {
  const spot = slow.find(({ node_id }) => node_id === spotId);
  if (!spot) return undefined;
  const ids = new Set(spot.edge_ids);
  const ends = edges.filter((edge) => ids.has(edge.id)).flatMap(({ from, to }) => [from, to]);
  return new Set([spot.node_id, ...ids, ...ends]);
}

function NoAgents() {
  return (
    <Empty
      title="No agent yet"
      action={
        <LinkButton to="/agents" tone="primary">
          See how to connect one
        </LinkButton>
      }
    >
      <p>
        Agents appear here with the calls between them: declared by <code className="font-mono">parents</code> at
        enrolment or <code className="font-mono">subagents</code> in a manifest, or seen in their runs.
      </p>
    </Empty>
  );
}
