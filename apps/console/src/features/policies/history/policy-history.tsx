import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { PolicyDetail } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { useItems } from '#console/api/pages.ts';
import { policyQuery, policyVersionsQuery } from '#console/api/queries/policies/policies.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { ActivateDialog } from '../page/activate-dialog.tsx';
import { RollbackDialog } from '../page/rollback-dialog.tsx';
import { Activations } from './activations.tsx';
import { VersionChanges } from './version-changes.tsx';
import { VersionRow } from './version-row.tsx';

const route = getRouteApi('/frame/policies/$policyId/history');

/** Every version and what held when; any of them can be compared, activated or put back. */
export function PolicyHistory() {
  const { policyId } = route.useParams();
  const { data: policy } = useQuery(policyQuery(policyId));
  return policy ? <History policy={policy} /> : <SkeletonRows rows={5} />;
}

interface Asked {
  what: 'activate' | 'rollback';
  version: number;
}

function History({ policy }: { policy: PolicyDetail }) {
  const { from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(policyVersionsQuery(policy.id));
  const versions = useItems(list.data);
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role) && policy.archived_at === null;
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const pair = pickPair(policy, from, to);
  return (
    <div className="grid content-start gap-4 px-4 py-4 sm:px-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="grid min-w-0 content-start gap-4">
        <Section title="Versions">
          <Panel>
            <ListStates
              state={toListState(list)}
              what="The versions could not be loaded"
              rows={4}
              isEmpty={false}
              empty={null}
            >
              <ul>
                {versions.map((version) => (
                  <VersionRow
                    key={version.version}
                    version={version}
                    active={policy.active_version}
                    onCompare={(base) => void navigate({ search: { from: base, to: version.version }, replace: true })}
                    onAsk={isAdmin ? (what) => setAsked({ what, version: version.version }) : undefined}
                  />
                ))}
              </ul>
            </ListStates>
            {list.hasNextPage && (
              <div className="border-t p-2">
                <Button tone="ghost" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  Older versions
                </Button>
              </div>
            )}
          </Panel>
        </Section>
        <Activations policyId={policy.id} />
      </div>
      {pair && <VersionChanges policyId={policy.id} from={pair.from} to={pair.to} />}
      {asked?.what === 'activate' && <ActivateDialog policy={policy} version={asked.version} onClose={close} />}
      {asked?.what === 'rollback' && <RollbackDialog policy={policy} to={asked.version} onClose={close} />}
    </div>
  );
}

/** The chosen two, else what holds against the newest, else the newest against the one before. */
function pickPair({ active_version: active, latest_version: latest }: PolicyDetail, from?: number, to?: number) {
  if (from !== undefined && to !== undefined && from !== to) return { from, to };
  if (active !== null && active !== latest) return { from: active, to: latest };
  return latest > 1 ? { from: latest - 1, to: latest } : undefined;
}
