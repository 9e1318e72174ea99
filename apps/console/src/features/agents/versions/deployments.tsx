import { useInfiniteQuery } from '@tanstack/react-query';
import type { Deployment } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { deploymentsQuery } from '#console/api/queries/govern/deployments.ts';
import { plural, toWords } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { deploymentLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';

/** Every move from one version to another, and how the processes followed. */
export function Deployments({ agentId }: { agentId: string }) {
  const list = useInfiniteQuery(deploymentsQuery(agentId));
  const deployments = useItems(list.data);
  if (deployments.length === 0) return null;
  return (
    <Section title="Deployments">
      <Panel>
        <ol>
          {deployments.map((deployment) => (
            <DeploymentRow key={deployment.id} deployment={deployment} />
          ))}
        </ol>
        {list.hasNextPage && (
          <div className="border-t p-2">
            <Button tone="ghost" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Earlier
            </Button>
          </div>
        )}
      </Panel>
    </Section>
  );
}

function DeploymentRow({ deployment }: { deployment: Deployment }) {
  const { kind, from, to, status, reason, target, attempts, error, created_at } = deployment;
  return (
    <li className="grid gap-0.5 border-b px-4 py-2 last:border-b-0">
      <p className="flex flex-wrap items-center gap-x-3">
        <span className="num font-medium">{from === null ? `v${to.number}` : `v${from.number} → v${to.number}`}</span>
        <MarkedWord look={deploymentLooks[status]} />
        {kind !== 'activate' && <span className="text-fg-2">{toWords(kind)}</span>}
        <Ago at={created_at} className="ml-auto text-sm text-fg-3" />
      </p>
      <p className="text-sm break-words text-fg-2">
        <ForeignText text={reason} />
      </p>
      {target && (
        <p className="text-sm text-fg-3">
          <ForeignText text={target.name} />
          {attempts.length > 0 && `, ${plural(attempts.length, 'try', 'tries')}`}
        </p>
      )}
      {error && (
        <p className="text-sm break-words">
          <code className="font-mono text-bad">{error.code}</code> <ForeignText text={error.message} />
        </p>
      )}
    </li>
  );
}
