import { useQuery } from '@tanstack/react-query';
import type { Gateway } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { gatewayStatusQuery } from '#console/api/queries/gateways/gateways.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { Mark } from '#console/ui/state/mark.tsx';
import { listMissing } from './abilities.ts';

/** What this server may do on the gateway, and what will not work. */
export function GatewayRights({ gateway: { url, status } }: { gateway: Gateway }) {
  const { data, error, isPending, refetch } = useQuery({ ...gatewayStatusQuery(url), enabled: status === 'connected' });
  if (status !== 'connected') {
    return (
      <Section title="Rights">
        <Panel className="px-4 py-3 text-fg-2">
          The gateway says what this server may do there once it is connected.
        </Panel>
      </Section>
    );
  }
  return (
    <Section title="Rights">
      <Panel>
        {isPending && <SkeletonRows rows={2} />}
        {error && (
          <Failed what="The gateway did not say" failure={toFailure(error)} onRetry={() => void refetch()} isCompact />
        )}
        {data && !data.connected && (
          <p className="px-4 py-3 text-fg-2">
            <ForeignText text={data.error ?? 'The gateway was not reached just now.'} />
          </p>
        )}
        {data?.connected && <Rights scopes={data.scopes} />}
      </Panel>
    </Section>
  );
}

function Rights({ scopes }: { scopes: readonly string[] }) {
  const missing = listMissing(scopes);
  return (
    <div className="grid gap-2.5 px-4 py-3">
      <p className="flex flex-wrap gap-1.5">
        {scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </p>
      {missing.length === 0 ? (
        <p className="flex items-baseline gap-2.5">
          <Mark look={{ tone: 'ok', shape: 'dot', word: 'Everything works' }} />
          Everything works with these rights.
        </p>
      ) : (
        <>
          <p className="font-medium">What will not work</p>
          <ul className="grid gap-1">
            {missing.map((sentence) => (
              <li key={sentence} className="flex items-baseline gap-2.5">
                <Mark look={{ tone: 'warn', shape: 'half', word: 'Missing' }} label="Missing" />
                {sentence}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
