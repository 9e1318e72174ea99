import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { toFailure } from '#console/api/problem.ts';
import { gatewayQuery } from '#console/api/queries/gateways/gateways.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { EditForm } from './edit-form.tsx';

const route = getRouteApi('/frame/admins/gateways/$gatewayId/edit');

/** How a gateway is called and reached, to be changed. */
export function EditGatewayPage() {
  const { gatewayId } = route.useParams();
  const { data: gateway, error, isPending, refetch } = useQuery(gatewayQuery(gatewayId));
  if (isPending) return <SkeletonRows rows={8} />;
  if (!gateway)
    return <Failed what="The gateway could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={`Settings of ${toVisibleText(gateway.name)}`}
        actions={
          <LinkButton to="/gateways/$gatewayId" params={{ gatewayId }}>
            To the gateway
          </LinkButton>
        }
      />
      <EditForm key={gatewayId} gateway={gateway} />
    </>
  );
}
