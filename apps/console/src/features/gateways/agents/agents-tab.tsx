import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Agent } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { gatewayQuery } from '#console/api/queries/gateways/gateways.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { FoundAgents } from './found-agents.tsx';
import { OurAgents } from './our-agents.tsx';

const route = getRouteApi('/frame/admins/gateways/$gatewayId/agents');

/** An agent that was only seen at work there stands among the found ones until somebody adopts it. */
const isOurs = ({ control_state }: Agent) => control_state !== 'discovered';

/** Agents on the gateway: ours, and those that were found there. */
export function AgentsTab() {
  const { gatewayId } = route.useParams();
  const gateway = useQuery(gatewayQuery(gatewayId)).data;
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const list = useInfiniteQuery(agentsQuery({ gateway_id: gatewayId }));
  const agents = useItems(list.data).filter(isOurs);
  const onEnd = useNextPage(list);
  return (
    <div className="grid grid-cols-1 gap-4 py-4">
      {gateway && <FoundAgents gateway={gateway} boards={boards} />}
      <Section
        title={<span className="px-4 sm:px-6">Ours</span>}
        aside={list.isSuccess && <span className="num pr-4 sm:pr-6">{plural(agents.length, 'agent')}</span>}
      >
        <div className="border-t">
          <ListStates
            state={toListState(list)}
            what="The agents could not be loaded"
            rows={5}
            isEmpty={agents.length === 0}
            empty={
              <Empty title="None of ours stands here yet">
                <p>Adopt one that was found, or make a board that uses this gateway: its lead is set up here.</p>
              </Empty>
            }
          >
            <OurAgents agents={agents} boards={boards} onEnd={onEnd} />
          </ListStates>
        </div>
      </Section>
    </div>
  );
}
