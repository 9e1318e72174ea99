import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Board, FoundAgent, Gateway } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { foundAgentsQuery } from '#console/api/queries/gateways/gateway-agents.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { AdoptDialog } from './adopt/adopt-dialog.tsx';

interface FoundAgentsProps {
  gateway: Gateway;
  boards: readonly Board[];
}

/** Agents that stand on the gateway and are not ours: each can be adopted. */
export function FoundAgents({ gateway, boards }: FoundAgentsProps) {
  const isConnected = gateway.status === 'connected';
  const list = useQuery({ ...foundAgentsQuery(gateway.id), enabled: isConnected });
  const [adopting, setAdopting] = useState<FoundAgent>();
  const strangers = list.data?.filter(({ agent_id }) => agent_id === null) ?? [];
  return (
    <Section
      title="Found there"
      className="px-4 sm:px-6"
      aside={
        isConnected && (
          <Button isSmall isBusy={list.isFetching} onClick={() => void list.refetch()}>
            Look again
          </Button>
        )
      }
    >
      <Panel>
        {list.isLoading && <SkeletonRows rows={2} />}
        {!isConnected && !list.data && (
          <p className="px-4 py-3 text-fg-2">The gateway says who stands there once it is connected.</p>
        )}
        {list.isError && !list.data && (
          <Failed
            what="The gateway did not say who stands there"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
            isCompact
          />
        )}
        {list.isSuccess && strangers.length === 0 && (
          <p className="px-4 py-3 text-fg-2">Every agent that stands there is one of ours.</p>
        )}
        <ul>
          {strangers.map((agent) => (
            <Found key={agent.gateway_agent_id} agent={agent} onAdopt={() => setAdopting(agent)} />
          ))}
        </ul>
      </Panel>
      {adopting && (
        <AdoptDialog
          gatewayId={gateway.id}
          agent={adopting}
          boards={boards.filter(({ gateway_id }) => gateway_id === gateway.id)}
          onClose={() => setAdopting(undefined)}
        />
      )}
    </Section>
  );
}

function Found({ agent, onAdopt }: { agent: FoundAgent; onAdopt: () => void }) {
  const { name, gateway_agent_id, conflicts } = agent;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 last:border-b-0">
      <span className="min-w-0 truncate font-medium">
        <ForeignText text={name} />
      </span>
      {name !== gateway_agent_id && (
        <span className="min-w-0 truncate font-mono text-sm text-fg-3">{gateway_agent_id}</span>
      )}
      {conflicts.map((conflict) => (
        <Badge key={conflict} tone="warn" title={conflict}>
          {conflict}
        </Badge>
      ))}
      <span className="ml-auto">
        <Button isSmall onClick={onAdopt}>
          Adopt
        </Button>
      </span>
    </li>
  );
}
