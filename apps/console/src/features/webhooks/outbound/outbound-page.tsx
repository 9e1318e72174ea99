import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { outboundWebhooksQuery } from '#console/api/queries/govern/outbound-webhooks.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { OutboundDialog } from './edit/outbound-dialog.tsx';
import { OutboundDrawer } from './outbound-drawer.tsx';
import { OutboundTable } from './outbound-table.tsx';

const route = getRouteApi('/frame/admins/webhooks');

/** Where facts of the organization are sent. */
export function OutboundPage() {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(outboundWebhooksQuery);
  const [isCreating, setCreating] = useState(false);
  const webhooks = list.data?.items ?? [];
  const open = webhooks.find((webhook) => webhook.id === id);
  const close = () => void navigate({ search: {}, replace: true });
  return (
    <div className={cx(open !== undefined && DRAWER_SPACE)}>
      <PageHead
        title="Webhooks"
        actions={
          <Button tone="primary" icon={Plus} onClick={() => setCreating(true)}>
            Add a webhook
          </Button>
        }
      >
        <p className="max-w-2xl text-fg-2">
          What happens here is posted to your systems, signed after Standard Webhooks. How other systems call a board is
          set on the board itself.
        </p>
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={4} />}
        {list.isError && !list.data && (
          <Failed
            what="The webhooks could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {webhooks.length > 0 && <OutboundTable webhooks={webhooks} selectedId={id} />}
        {list.isSuccess && webhooks.length === 0 && (
          <Empty title="No webhook yet">
            <p>Add one to hear in a chat when an approval waits, or to keep every fact in a store of your own.</p>
          </Empty>
        )}
      </div>
      {open && <OutboundDrawer key={open.id} webhook={open} onClose={close} />}
      {isCreating && <OutboundDialog onClose={() => setCreating(false)} />}
    </div>
  );
}
