import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { SkillPack } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  deleteSkillPack,
  skillPackKeys,
  skillPacksQuery,
  syncSkillPack,
} from '#console/api/queries/organization/skill-packs.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { PackDialog } from './pack-dialog.tsx';

/** Repositories that skills come from. */
export function PacksPage() {
  const list = useQuery(skillPacksQuery);
  const [isAdding, setAdding] = useState(false);
  const packs = list.data ?? [];
  return (
    <>
      <PageHead
        title="Skill packs"
        actions={
          <Button tone="primary" icon={Plus} onClick={() => setAdding(true)}>
            Add a pack
          </Button>
        }
      >
        <p className="max-w-2xl text-fg-2">
          A pack is a GitHub repository of skills. A sync reads what it holds; agents on a gateway can install them.
        </p>
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={4} />}
        {list.isError && !list.data && (
          <Failed
            what="The packs could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        <ul>
          {packs.map((pack) => (
            <PackLine key={pack.id} pack={pack} />
          ))}
        </ul>
        {list.isSuccess && packs.length === 0 && (
          <Empty title="No pack">
            <p>Add a repository that holds a skills_index.json or SKILL.md files.</p>
          </Empty>
        )}
      </div>
      {isAdding && <PackDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function PackLine({ pack }: { pack: SkillPack }) {
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: skillPackKeys.all });
  const sync = useMutation({
    mutationFn: () => syncSkillPack(pack.id),
    onSuccess: (result) => {
      if (result.state === 'running') toast.done('It takes longer: it goes on as a job.');
      else toast.done(`${plural(result.synced, 'skill')}: ${result.created} new, ${result.updated} changed.`);
      for (const warning of result.warnings) toast.failed(warning);
    },
    onError: (error) => toast.failed(`Not synced: ${toFailure(error).message}`),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => deleteSkillPack(pack.id),
    onError: (error) => toast.failed(`Not removed: ${toFailure(error).message}`),
    onSettled,
  });
  return (
    <li className="grid gap-1 border-b px-4 py-2.5 sm:px-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="font-medium">
          <ForeignText text={pack.name} />
        </span>
        <span className="num text-fg-2">{plural(pack.skill_count, 'skill')}</span>
        <span className="text-sm text-fg-3">
          {pack.last_synced_at === null ? (
            'never synced'
          ) : (
            <>
              synced <Ago at={pack.last_synced_at} />
            </>
          )}
        </span>
        <span className="ml-auto flex gap-2">
          <Button isBusy={sync.isPending} onClick={() => sync.mutate()}>
            {sync.isPending ? 'Reading…' : 'Sync'}
          </Button>
          <Button tone="ghost" isBusy={remove.isPending} onClick={() => remove.mutate()}>
            Remove
          </Button>
        </span>
      </div>
      <p className="text-sm break-all text-fg-3">
        <ForeignText text={`${pack.source_url} (${pack.branch})`} />
      </p>
      {pack.last_error && (
        <p className="text-sm text-bad">
          <ForeignText text={pack.last_error.message} />
        </p>
      )}
    </li>
  );
}
