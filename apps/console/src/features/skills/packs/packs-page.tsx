import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { SkillPack } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { skillPacksQuery } from '#console/api/queries/organization/skill-packs.ts';
import { findEdited } from '#console/lib/edit-search.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { SkillTabs } from '../skill-tabs.tsx';
import { PackDialog } from './pack-dialog.tsx';
import { PackLine } from './pack-line.tsx';
import { RemovePackDialog } from './remove-pack-dialog.tsx';
import { useSyncs } from './use-syncs.ts';

const route = getRouteApi('/frame/admins/skills/packs');

/** Repositories that skills come from. */
export function PacksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(skillPacksQuery);
  const { syncs, sync } = useSyncs();
  const [removed, setRemoved] = useState<SkillPack>();
  const packs = list.data ?? [];
  const edited = findEdited(packs, search);
  const edit = (id: string | undefined) => void navigate({ search: id === undefined ? {} : { edit: id } });
  return (
    <>
      <PageHead
        title="Skills"
        actions={
          <>
            {packs.length > 1 && (
              <Button icon={RefreshCw} onClick={() => void sync(packs.map(({ id }) => id))}>
                Sync all
              </Button>
            )}
            <Button tone="primary" icon={Plus} onClick={() => edit('new')}>
              Add a pack
            </Button>
          </>
        }
      />
      <SkillTabs />
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
          <PackLine
            key={pack.id}
            pack={pack}
            sync={syncs.get(pack.id)}
            onSync={() => void sync([pack.id])}
            onEdit={() => edit(pack.id)}
            onRemove={() => setRemoved(pack)}
          />
        ))}
      </ul>
      {list.isSuccess && packs.length === 0 && (
        <Empty title="No pack">
          <p>
            A pack is a GitHub repository that holds a skills_index.json or SKILL.md files. A sync reads it into the
            marketplace.
          </p>
        </Empty>
      )}
      {edited !== undefined && <PackDialog pack={edited} onClose={() => edit(undefined)} />}
      {removed && <RemovePackDialog pack={removed} onClose={() => setRemoved(undefined)} />}
    </>
  );
}
