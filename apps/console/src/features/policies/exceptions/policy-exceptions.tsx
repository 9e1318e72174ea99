import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { PolicyDetail } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { useItems } from '#console/api/pages.ts';
import { exceptionsQuery } from '#console/api/queries/policies/exceptions.ts';
import { policyQuery } from '#console/api/queries/policies/policies.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { ExceptionDialog } from './exception-dialog.tsx';
import { ExceptionRow } from './exception-row.tsx';

const route = getRouteApi('/frame/policies/$policyId/exceptions');

/** Who is excepted from a rule, until when and why. */
export function PolicyExceptions() {
  const { policyId } = route.useParams();
  const { data: policy } = useQuery(policyQuery(policyId));
  return policy ? <Exceptions policy={policy} /> : <SkeletonRows rows={4} />;
}

function Exceptions({ policy }: { policy: PolicyDetail }) {
  const list = useInfiniteQuery(exceptionsQuery(policy.id));
  const exceptions = useItems(list.data);
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const { rule, agent } = route.useSearch();
  const navigate = route.useNavigate();
  const [isNew, setNew] = useState(agent !== undefined);
  const close = () => {
    setNew(false);
    void navigate({ search: {}, replace: true });
  };
  const add = isAdmin && policy.archived_at === null && (
    <Button icon={Plus} onClick={() => setNew(true)}>
      New exception
    </Button>
  );
  return (
    <div className="px-4 py-3 sm:px-6">
      <Section title="Exceptions" aside={exceptions.length > 0 && add}>
        <ListStates
          state={toListState(list)}
          what="The exceptions could not be loaded"
          rows={4}
          isEmpty={exceptions.length === 0}
          empty={
            <Empty title="No exception" action={add}>
              <p>
                An exception lets one rule not count for one agent, for at most 90 days. It is audited and shown in
                every explanation.
              </p>
            </Empty>
          }
        >
          <Panel>
            <ul>
              {exceptions.map((exception) => (
                <ExceptionRow key={exception.id} exception={exception} canDelete={isAdmin} />
              ))}
            </ul>
            {list.hasNextPage && (
              <div className="border-t p-2">
                <Button tone="ghost" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  More
                </Button>
              </div>
            )}
          </Panel>
        </ListStates>
      </Section>
      {isNew && <ExceptionDialog policy={policy} rule={rule} agentId={agent} onClose={close} />}
    </div>
  );
}
