import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ServiceKey } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { serviceKeysQuery } from '#console/api/queries/fleet/service-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';
import { ServiceKeysTable } from './service-keys-table.tsx';

type Open = { dialog: 'create' } | { dialog: 'revoke'; key: ServiceKey };

/** The keys by which agents enrol and other systems read. */
export function ServiceKeysPage() {
  const list = useQuery(serviceKeysQuery);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const keys = list.data?.items ?? [];
  const create = (
    <Button tone="primary" icon={Plus} onClick={() => setOpen({ dialog: 'create' })}>
      Create a key
    </Button>
  );
  return (
    <>
      <PageHead title="Service keys" actions={create}>
        <p className="max-w-2xl text-fg-2">
          An agent's process enrols with a service key and gets a short-lived token of its own. To rotate: create a
          second key, move the processes to it, revoke the first.
        </p>
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={4} />}
        {list.isError && !list.data && (
          <Failed
            what="The keys could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {keys.length > 0 && <ServiceKeysTable keys={keys} onRevoke={(key) => setOpen({ dialog: 'revoke', key })} />}
        {list.isSuccess && keys.length === 0 && (
          <Empty title="No key yet">
            <p>
              Create one, put it into the environment of your agent, and the agent appears in the fleet within seconds.
            </p>
          </Empty>
        )}
      </div>
      {open?.dialog === 'create' && <CreateKeyDialog onClose={close} />}
      {open?.dialog === 'revoke' && <RevokeKeyDialog serviceKey={open.key} onClose={close} />}
    </>
  );
}
