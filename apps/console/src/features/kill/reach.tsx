import { useInfiniteQuery } from '@tanstack/react-query';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { type Target, toAgentFilters } from './target.ts';

/** How many agents would be stopped, where the list of agents can tell. */
export function Reach({ target }: { target: Target }) {
  const filters = toAgentFilters(target);
  const total = useInfiniteQuery({ ...agentsQuery(filters ?? {}), enabled: filters !== undefined }).data?.pages[0]
    ?.total;
  if (filters === undefined || total === undefined) return null;
  return <p className="num font-medium">Stops {plural(total, 'agent')}.</p>;
}
