import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { AgentDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import { appliedQuery } from '#console/api/queries/policies/policy-texts.ts';
import { formatLeft } from '#console/lib/format/left.ts';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { RuleLink } from '#console/ui/rule/rule-link.tsx';

const route = getRouteApi('/frame/agents/$agentId/policies');

/** Which policies hold for this agent, what it is excepted from, and how many of its processes know the newest. */
export function AgentPolicies() {
  const { agentId } = route.useParams();
  const { data: agent } = useQuery(agentQuery(agentId));
  const { data, error, refetch } = useQuery(appliedQuery(agentId));
  if (error && !data)
    return <Failed what="The policies could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={4} />;
  return (
    <div className="grid content-start gap-4 px-4 py-4 sm:px-6 xl:grid-cols-2">
      <Section title="Policies" aside={agent && <Rollout agent={agent} />}>
        {data.policies.length === 0 ? (
          <Empty title="No policy holds for it">
            <p>What it declared is all that it may do. A policy for its type, its board or everybody narrows that.</p>
          </Empty>
        ) : (
          <Panel>
            <ul>
              {data.policies.map((policy) => (
                <li key={policy} className="border-b px-4 py-2 last:border-b-0">
                  <RuleLink rule={policy} />
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </Section>
      {data.exceptions.length > 0 && (
        <Section title="Excepted from">
          <Panel>
            <ul>
              {data.exceptions.map(({ rule, until }) => (
                <li key={rule} className="flex flex-wrap gap-x-3 border-b px-4 py-2 last:border-b-0">
                  <RuleLink rule={rule} />
                  <span className="num ml-auto text-fg-2">{formatLeft(Date.parse(until), Date.now()) ?? 'ended'}</span>
                </li>
              ))}
            </ul>
          </Panel>
        </Section>
      )}
    </div>
  );
}

/** `37 of 40 processes on 18`. */
function Rollout({ agent: { rollout } }: { agent: AgentDetail }) {
  if (rollout.processes === 0) return 'no process is online';
  return (
    <span className="num">
      {rollout.current} of {rollout.processes} processes on {rollout.bundle}
    </span>
  );
}
