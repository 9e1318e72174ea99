import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { webhooksQuery } from '#console/api/queries/govern/webhooks.ts';
import { boardQuery, boardSnapshotQuery } from '#console/api/queries/work/boards.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { WebhookDialog } from './edit/webhook-dialog.tsx';
import { WebhookCard } from './webhook-card.tsx';

const route = getRouteApi('/frame/boards/$boardId/webhooks');

/** In place of an id: a webhook that is not there yet. */
const NEW = 'new';

/** How other systems call a board. */
export function WebhooksPage() {
  const { boardId } = route.useParams();
  const board = useQuery(boardQuery(boardId)).data;
  const agents = useQuery(boardSnapshotQuery(boardId)).data?.agents ?? [];
  const list = useQuery(webhooksQuery(boardId));
  const [open, setOpen] = useState<string>();
  const webhooks = list.data?.items ?? [];
  return (
    <>
      <PageHead
        title={board ? `Webhooks of ${toVisibleText(board.name)}` : 'Webhooks'}
        actions={
          <>
            <LinkButton to="/boards/$boardId/edit" params={{ boardId }}>
              Settings
            </LinkButton>
            <Button tone="primary" icon={Plus} onClick={() => setOpen(NEW)}>
              Add a webhook
            </Button>
          </>
        }
      >
        <p className="max-w-2xl text-fg-2">
          Another system posts to an address of this board; the call is kept, and an agent is told of it with your
          instruction.
        </p>
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={6} />}
        {list.isError && !list.data && (
          <Failed
            what="The webhooks could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {list.isSuccess && webhooks.length === 0 && (
          <Empty title="No webhook yet">
            <p>Add one, give its address to the other system, and each call reaches an agent of this board.</p>
          </Empty>
        )}
        {webhooks.length > 0 && (
          <ul className="grid max-w-4xl grid-cols-1 gap-4 px-4 py-4 sm:px-6">
            {webhooks.map((webhook) => (
              <li key={webhook.id}>
                <WebhookCard webhook={webhook} agents={agents} onEdit={() => setOpen(webhook.id)} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {open && (
        <WebhookDialog
          boardId={boardId}
          agents={agents}
          webhook={webhooks.find(({ id }) => id === open)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
