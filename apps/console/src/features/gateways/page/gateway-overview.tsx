import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Gateway } from '#console/api/contract.ts';
import { gatewayQuery } from '#console/api/queries/gateways/gateways.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { NONE, plural } from '#console/lib/format/numbers.ts';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Facts, Panel, Section } from '#console/ui/layout/page.tsx';
import { ConnectionCheck } from '../check/connection-check.tsx';
import { GatewayRights } from './gateway-rights.tsx';

const route = getRouteApi('/frame/admins/gateways/$gatewayId/');

/** How the gateway is reached, what this server may do there, and who uses it. */
export function GatewayOverview() {
  const { gatewayId } = route.useParams();
  const { data: gateway } = useQuery(gatewayQuery(gatewayId));
  if (!gateway) return null;
  return (
    <div className="grid gap-4 px-4 py-4 sm:px-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="grid content-start gap-4">
        <ConnectionCheck gatewayId={gatewayId} />
        <GatewayRights gateway={gateway} />
      </div>
      <div className="grid content-start gap-4">
        <Section title="Settings">
          <Panel className="p-4">
            <SettingFacts gateway={gateway} />
          </Panel>
        </Section>
        <UsedBy gateway={gateway} />
      </div>
    </div>
  );
}

const deliveries = {
  file: 'a file in the workspace',
  env: 'the environment of the gateway, if a file is refused',
  inline: 'the files that agents read, if all else is refused',
} as const satisfies Record<Gateway['credential_delivery'], string>;

function SettingFacts({ gateway }: { gateway: Gateway }) {
  return (
    <Facts
      facts={[
        ['Token', gateway.has_token ? 'stored, never shown' : 'none'],
        ['Pairing', gateway.disable_device_pairing ? 'off' : 'on'],
        ['Device', gateway.device_id === null ? NONE : <Identifier key="device" id={gateway.device_id} />],
        [
          'Workspace root',
          <code key="root" className="font-mono text-sm break-all">
            {gateway.workspace_root}
          </code>,
        ],
        ['Agents’ tokens', deliveries[gateway.credential_delivery]],
        ['Gateway', <Identifier key="id" id={gateway.id} />],
      ]}
    />
  );
}

function UsedBy({ gateway }: { gateway: Gateway }) {
  const boards = useQuery(boardsQuery).data?.items.filter(({ gateway_id }) => gateway_id === gateway.id) ?? [];
  return (
    <Section title="Boards" aside={<span className="num">{plural(gateway.boards_count, 'board')}</span>}>
      <Panel>
        {boards.length === 0 ? (
          <p className="px-4 py-3 text-fg-2">
            No board uses it yet.{' '}
            <Link to="/boards/new" className="text-accent hover:underline">
              Make a board
            </Link>{' '}
            to give its agents work.
          </p>
        ) : (
          <ul>
            {boards.map(({ id, name }) => (
              <li key={id} className="border-b px-4 py-1.5 last:border-b-0">
                <Link to="/boards/$boardId" params={{ boardId: id }} search={{}} className="hover:text-accent">
                  <ForeignText text={name} />
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </Section>
  );
}
