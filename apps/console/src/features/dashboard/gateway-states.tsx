import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { toFailure } from '#console/api/problem.ts';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { gatewayLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';

/** How the gateways are, for admins. */
export function GatewayStates() {
  const list = useQuery(gatewaysQuery);
  const gateways = list.data?.items ?? [];
  return (
    <Section title="Gateways">
      <Panel>
        {list.isPending && <SkeletonRows rows={2} />}
        {list.isError && !list.data && (
          <Failed
            what="The gateways could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
            isCompact
          />
        )}
        {list.isSuccess && gateways.length === 0 && (
          <div className="flex flex-wrap items-center gap-3 px-4 py-3 text-fg-3">
            None is connected. <LinkButton to="/gateways/new">Connect one</LinkButton>
          </div>
        )}
        <ul>
          {gateways.map(({ id, name, status, last_connected_at, last_error }) => (
            <li key={id} className="grid gap-0.5 border-b px-4 py-1.5 last:border-b-0">
              <div className="flex flex-wrap items-center gap-x-3">
                <Link
                  to="/gateways/$gatewayId"
                  params={{ gatewayId: id }}
                  className="touch inline-flex min-w-0 flex-1 items-center truncate font-medium hover:text-accent"
                >
                  <ForeignText text={name} />
                </Link>
                <MarkedWord look={gatewayLooks[status]} />
                <Ago at={last_connected_at} className="text-sm text-fg-3" />
              </div>
              {last_error && status !== 'connected' && (
                <p className="text-sm break-words text-fg-2">
                  <ForeignText text={last_error.message} />
                </p>
              )}
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
