import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { AgentFiles } from './files/agent-files.tsx';
import { PlaceFacts } from './place-facts.tsx';
import { Provisioning } from './provisioning.tsx';
import { Token } from './token.tsx';

const route = getRouteApi('/frame/agents/$agentId/gateway');

/** How an agent stands on its gateway: what was written, what failed, its session and its token. */
export function AgentGateway() {
  const { agentId } = route.useParams();
  const { data: agent } = useQuery(agentQuery(agentId));
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  if (!agent) return null;
  if (agent.gateway_id === null)
    return (
      <Empty title="Not on a gateway">
        <p>This agent is a process of your own: it enrols with a service key and declares what it is.</p>
      </Empty>
    );
  return (
    <div className="grid gap-4 px-4 py-4 sm:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="grid content-start gap-4">
        <Provisioning agent={agent} isAdmin={isAdmin} />
        {isAdmin && <AgentFiles agent={agent} />}
      </div>
      <div className="grid content-start gap-4">
        <Section
          title="Place"
          aside={
            isAdmin && (
              <LinkButton to="/agents/$agentId/edit" params={{ agentId }}>
                Edit
              </LinkButton>
            )
          }
        >
          <Panel className="p-4">
            <PlaceFacts agent={agent} isAdmin={isAdmin} />
          </Panel>
        </Section>
        <Token agent={agent} isAdmin={isAdmin} />
      </div>
    </div>
  );
}
