import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  deliveriesQuery,
  PAYLOAD_PAGE,
  payloadsQuery,
  retryDelivery,
  webhookQuery,
} from '#console/api/queries/govern/webhooks.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { PayloadDrawer } from './payload-drawer.tsx';
import type { PayloadSearch } from './payload-search.ts';
import { PayloadsTable } from './payloads-table.tsx';

const route = getRouteApi('/frame/boards/$boardId/webhooks/$webhookId/payloads');

/** The calls of one webhook, 20 on a page. */
export function PayloadsPage() {
  const { boardId, webhookId } = route.useParams();
  const { page = 1, id } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: PayloadSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const webhook = useQuery(webhookQuery(boardId, webhookId)).data;
  const board = useQuery(boardsQuery).data?.items.find((one) => one.id === boardId);
  const list = useQuery({
    ...payloadsQuery(boardId, webhookId, (page - 1) * PAYLOAD_PAGE),
    placeholderData: keepPreviousData,
  });
  const payloads = list.data?.items ?? [];
  const total = list.data?.total ?? 0;
  const open = payloads.find((payload) => payload.id === id);
  const resend = useResend(boardId, webhookId);
  return (
    <div className={cx(open && DRAWER_SPACE)}>
      <PageHead
        title={board ? `Calls to ${toVisibleText(board.name)}` : 'Calls'}
        aside={list.data && <span className="num text-fg-3">{plural(total, 'call')}</span>}
        actions={
          <LinkButton to="/boards/$boardId/webhooks" params={{ boardId }}>
            All webhooks
          </LinkButton>
        }
      >
        <p className="line-clamp-2 max-w-2xl text-fg-2">{webhook && <ForeignText text={webhook.description} />}</p>
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={PAYLOAD_PAGE} />}
        {list.isError && !list.data && (
          <Failed
            what="The calls could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {payloads.length > 0 && <PayloadsTable payloads={payloads} selectedId={id} />}
        {list.isSuccess && payloads.length === 0 && (
          <Empty title={page > 1 ? 'No call on this page' : 'Nobody has called yet'}>
            <p>The address and a line to try it with stand on the page of the webhooks.</p>
          </Empty>
        )}
      </div>
      {total > PAYLOAD_PAGE && (
        <Pager page={page} last={Math.ceil(total / PAYLOAD_PAGE)} onChange={(to) => set({ page: to, id: undefined })} />
      )}
      {open && (
        <PayloadDrawer
          key={open.id}
          payload={open}
          deliveries={resend.deliveries.filter(({ payload_id }) => payload_id === open.id)}
          busyId={resend.busyId}
          onRetry={resend.retry}
          onClose={() => set({ id: undefined })}
        />
      )}
    </div>
  );
}

function Pager({ page, last, onChange }: { page: number; last: number; onChange: (page: number | undefined) => void }) {
  return (
    <nav aria-label="Pages" className="flex items-center gap-3 px-4 py-3 sm:px-6">
      <Button disabled={page <= 1} onClick={() => onChange(page > 2 ? page - 1 : undefined)}>
        Newer
      </Button>
      <span className="num text-fg-2">
        Page {page} of {last}
      </span>
      <Button disabled={page >= last} onClick={() => onChange(page + 1)}>
        Older
      </Button>
    </nav>
  );
}

/** The deliveries of the calls, and how one is sent again. */
function useResend(boardId: string, webhookId: string) {
  const queryClient = useQueryClient();
  const deliveries = useItems(useInfiniteQuery(deliveriesQuery(boardId, webhookId)).data);
  const retry = useMutation({
    mutationFn: (deliveryId: string) => retryDelivery(boardId, webhookId, deliveryId),
    onSuccess: () => toast.done('It is sent again now.'),
    onError: (error) => toast.failed(`Not sent again: ${toFailure(error).message}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: boardKeys.webhooks(boardId) }),
  });
  return { deliveries, retry: retry.mutate, busyId: retry.isPending ? retry.variables : undefined };
}
