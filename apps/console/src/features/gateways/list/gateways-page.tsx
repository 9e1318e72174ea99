import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { toListState } from '#console/api/list-state.ts';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { GatewaysTable } from './gateways-table.tsx';

/** The servers on which agents of the organization run. */
export function GatewaysPage() {
  const list = useQuery(gatewaysQuery);
  const gateways = list.data?.items ?? [];
  const connect = (
    <LinkButton to="/gateways/new" tone="primary" icon={Plus}>
      Connect a gateway
    </LinkButton>
  );
  return (
    <>
      <PageHead
        title="Gateways"
        aside={list.data && <span className="num text-fg-3">{plural(list.data.total, 'gateway')}</span>}
        actions={connect}
      />
      <div className="border-t">
        <ListStates
          state={toListState(list)}
          what="The gateways could not be loaded"
          rows={6}
          isEmpty={gateways.length === 0}
          empty={
            <Empty title="No gateway yet" action={connect}>
              <p>
                A gateway is an OpenClaw server on which agents run. Connect one to see everything its agents do, to
                give them work, and to decide about their sensitive commands. Each step of the connection is checked and
                explained.
              </p>
            </Empty>
          }
        >
          <GatewaysTable gateways={gateways} />
        </ListStates>
      </div>
    </>
  );
}
