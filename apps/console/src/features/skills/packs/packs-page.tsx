import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { SkillPack } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { skillPacksQuery } from '#console/api/queries/organization/skill-packs.ts';
import { findEdited } from '#console/lib/edit-search.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
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
      <ListStates
        state={toListState(list)}
        what="The packs could not be loaded"
        rows={4}
        isEmpty={packs.length === 0}
        empty={
          <Empty title="No pack">
            <p>
              A pack is a GitHub repository that holds a skills_index.json or SKILL.md files. A sync reads it into the
              marketplace.
            </p>
          </Empty>
        }
      >
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
      </ListStates>
      {edited !== undefined && <PackDialog pack={edited} onClose={() => edit(undefined)} />}
      {removed && <RemovePackDialog pack={removed} onClose={() => setRemoved(undefined)} />}
    </>
  );
}
