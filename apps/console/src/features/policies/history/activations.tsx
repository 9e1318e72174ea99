import { useInfiniteQuery } from '@tanstack/react-query';
import type { PolicyActivation } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { activationsQuery } from '#console/api/queries/policies/policies.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { policyLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { toScopeText } from '../policy-look.ts';

/** Which version held when, how strictly, and who decided it. */
export function Activations({ policyId }: { policyId: string }) {
  const list = useInfiniteQuery(activationsQuery(policyId));
  const activations = useItems(list.data);
  if (activations.length === 0) return null;
  return (
    <Section title="What held when">
      <Panel>
        <ol>
          {activations.map((activation) => (
            <ActivationRow key={activation.id} activation={activation} />
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

function ActivationRow({ activation }: { activation: PolicyActivation }) {
  const { version, kind, mode, scope, acknowledged_unobserved, reason, by, at } = activation;
  return (
    <li className="grid gap-0.5 border-b px-4 py-2 last:border-b-0">
      <p className="flex flex-wrap items-center gap-x-3">
        <span className="num font-medium">v{version}</span>
        <MarkedWord look={kind === 'archive' ? policyLooks.archived : policyLooks[mode]} />
        {kind === 'rollback' && <Badge>rolled back</Badge>}
        {acknowledged_unobserved && (
          <Badge tone="warn" title="Enforced without 24 hours in monitor, and answered for">
            unobserved
          </Badge>
        )}
        <span className="text-fg-2">
          <ForeignText text={by.name ?? by.kind} />
        </span>
        <Ago at={at} className="ml-auto text-sm text-fg-3" />
      </p>
      <p className="text-sm text-fg-3">
        <ForeignText text={[toScopeText(scope), reason].filter(Boolean).join(' · ')} />
      </p>
    </li>
  );
}
