import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Gateway } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { skillsQuery } from '#console/api/queries/organization/skills.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { Pager } from '#console/ui/table/pager.tsx';
import { SkillTabs } from '../skill-tabs.tsx';
import { AddSkillDialog } from './add-skill-dialog.tsx';
import { SkillDialog } from './skill-dialog.tsx';
import { SkillFilters } from './skill-filters.tsx';
import { DEFAULT_SIZE, SIZES, type SkillSearch, toSkillQuery } from './skill-search.ts';
import { SkillsTable } from './skills-table.tsx';

const route = getRouteApi('/frame/admins/skills/marketplace');

/** Skills that agents of a gateway can be given. */
export function MarketplacePage() {
  const gateways = useQuery(gatewaysQuery);
  const [isAdding, setAdding] = useState(false);
  const [first] = gateways.data?.items ?? [];
  return (
    <>
      <PageHead
        title="Skills"
        actions={
          <Button tone="primary" icon={Plus} onClick={() => setAdding(true)}>
            Add a skill
          </Button>
        }
      />
      <SkillTabs />
      <ListStates
        state={toListState(gateways)}
        what="The gateways could not be loaded"
        rows={10}
        isEmpty={!first}
        empty={<NoGateway />}
      >
        {first && <Marketplace gateways={gateways.data?.items ?? []} gatewayId={first.id} />}
      </ListStates>
      {isAdding && <AddSkillDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function NoGateway() {
  return (
    <Empty
      title="No gateway to install on"
      action={
        <LinkButton tone="primary" to="/gateways/new">
          Connect a gateway
        </LinkButton>
      }
    >
      <p>The main agent of a gateway installs skills for the agents there.</p>
    </Empty>
  );
}

function Marketplace({ gateways, gatewayId }: { gateways: readonly Gateway[]; gatewayId: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [openId, setOpenId] = useState<string>();
  const list = useQuery({ ...skillsQuery(toSkillQuery(search, gatewayId)), placeholderData: keepPreviousData });
  const { items: skills = [], total = 0 } = list.data ?? {};
  const open = skills.find(({ id }) => id === openId);
  const set = (change: SkillSearch) =>
    void navigate({ search: (before) => ({ ...before, page: undefined, ...change }), replace: true });
  const clear = () => void navigate({ search: ({ size }) => ({ size }), replace: true });
  return (
    <>
      <div className="px-4 py-3 sm:px-6">
        <SkillFilters search={search} onChange={set} onClear={clear} />
      </div>
      <div className="border-t">
        <ListStates
          state={toListState(list)}
          what="The skills could not be loaded"
          rows={10}
          isEmpty={skills.length === 0}
          empty={<NoSkills isFiltered={Object.keys(search).length > 0} />}
        >
          <SkillsTable skills={skills} onOpen={({ id }) => setOpenId(id)} />
        </ListStates>
        {total > 0 && (
          <Pager
            page={search.page ?? 1}
            size={search.size ?? DEFAULT_SIZE}
            sizes={SIZES}
            total={total}
            onChange={({ page, size }) => set({ page, size: SIZES.find((choice) => choice === size) })}
          />
        )}
      </div>
      {open && <SkillDialog skill={open} gateways={gateways} onClose={() => setOpenId(undefined)} />}
    </>
  );
}

function NoSkills({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No skill matches">
      <p>Widen the filters, or go back to the first page.</p>
    </Empty>
  ) : (
    <Empty title="No skill yet" action={<LinkButton to="/skills/packs">Add a pack</LinkButton>}>
      <p>A pack is a GitHub repository of skills; a sync fills the marketplace from it.</p>
    </Empty>
  );
}
