import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { gatewayQuery } from '#console/api/queries/gateways/gateways.ts';
import { sessionsQuery } from '#console/api/queries/gateways/sessions.ts';
import { cx } from '#console/ui/class-names.ts';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { SessionList } from './session-list.tsx';
import { SessionView } from './session-view.tsx';
import { toSessionLines } from './sessions.ts';

const route = getRouteApi('/frame/admins/gateways/$gatewayId/sessions');

/** Conversations of our agents on the gateway; the open one is followed live. */
export function SessionsTab() {
  const { gatewayId } = route.useParams();
  const gateway = useQuery(gatewayQuery(gatewayId)).data;
  if (gateway && gateway.status !== 'connected') {
    return (
      <Empty title="The gateway is not connected">
        <p>Its sessions are on it, and shown once it is connected again. What agents did is in their runs.</p>
      </Empty>
    );
  }
  return <Sessions gatewayId={gatewayId} />;
}

function Sessions({ gatewayId }: { gatewayId: string }) {
  const { session: openKey } = route.useSearch();
  const { data, error, isPending, refetch } = useQuery(sessionsQuery(gatewayId));
  const agents = useItems(useInfiniteQuery(agentsQuery({ gateway_id: gatewayId })).data);
  if (isPending) return <SkeletonRows rows={6} />;
  if (!data)
    return <Failed what="The gateway did not answer" failure={toFailure(error)} onRetry={() => void refetch()} />;
  const lines = toSessionLines(data.sessions);
  const nameOf = (agentId: string | undefined) =>
    agents.find(({ gateway_agent_id }) => gateway_agent_id === agentId)?.name ?? agentId ?? '';
  const open = lines.find(({ key }) => key === openKey);
  if (lines.length === 0) {
    return (
      <Empty title="No session yet">
        <p>A session is a conversation of an agent. The first begins when an agent is set up or woken.</p>
      </Empty>
    );
  }
  return (
    <div className="grid min-h-[28rem] lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className={cx('max-h-dvh self-start overflow-y-auto lg:sticky lg:top-0', open && 'hidden lg:block')}>
        <SessionList gatewayId={gatewayId} lines={lines} openKey={openKey} nameOf={nameOf} />
      </div>
      {open ? (
        <SessionView key={open.key} gatewayId={gatewayId} session={open} agentName={nameOf(open.agentId)} />
      ) : (
        <p className="hidden px-6 py-8 text-fg-2 lg:block">Open a session to read along.</p>
      )}
    </div>
  );
}
