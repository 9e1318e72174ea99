import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { deployTargetsQuery } from '#console/api/queries/govern/deploy-targets.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { TargetDialog } from './edit/target-dialog.tsx';
import { TargetDrawer } from './target-drawer.tsx';
import { TargetsTable } from './targets-table.tsx';

const route = getRouteApi('/frame/admins/deploy-targets');

/** Where versions of agents are put into effect. */
export function DeployTargetsPage() {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(deployTargetsQuery);
  const [isCreating, setCreating] = useState(false);
  const targets = list.data ?? [];
  const open = targets.find((target) => target.id === id);
  const close = () => void navigate({ search: {}, replace: true });
  return (
    <div className={cx(open !== undefined && DRAWER_SPACE)}>
      <PageHead
        title="Deploy targets"
        actions={
          <Button tone="primary" icon={Plus} onClick={() => setCreating(true)}>
            Add a target
          </Button>
        }
      >
        <p className="max-w-2xl text-fg-2">
          When a version of an agent is activated or rolled back, its target makes the change where the agent runs.
        </p>
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={4} />}
        {list.isError && !list.data && (
          <Failed
            what="The deploy targets could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {targets.length > 0 && <TargetsTable targets={targets} selectedId={id} />}
        {list.isSuccess && targets.length === 0 && (
          <Empty title="No deploy target yet">
            <p>
              Without one, a process follows by itself when it can. Add one to call your own deployment, to run a
              program, or to set the image of a workload in Kubernetes.
            </p>
          </Empty>
        )}
      </div>
      {open && <TargetDrawer key={open.id} target={open} onClose={close} />}
      {isCreating && <TargetDialog onClose={() => setCreating(false)} />}
    </div>
  );
}
