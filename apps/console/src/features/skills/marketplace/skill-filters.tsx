import { useQuery } from '@tanstack/react-query';
import { skillPacksQuery } from '#console/api/queries/organization/skill-packs.ts';
import { skillFacetsQuery } from '#console/api/queries/organization/skills.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';
import { NO_RISK, type SkillSearch } from './skill-search.ts';

interface SkillFiltersProps {
  search: SkillSearch;
  onChange: (change: SkillSearch) => void;
  onClear: () => void;
}

const toChoices = (names: readonly string[]) => names.map((value) => ({ value, label: toVisibleText(value) }));

/** What the marketplace is narrowed to. */
export function SkillFilters({ search, onChange, onClear }: SkillFiltersProps) {
  const facets = useQuery(skillFacetsQuery).data;
  const packs = useQuery(skillPacksQuery).data ?? [];
  const [typed, setTyped] = useTyped(search.q ?? '', (q) => onChange({ q: q || undefined }));
  const isFiltered = [search.q, search.category, search.risk, search.packId].some(Boolean);
  return (
    <FilterBar>
      <SearchInput label="Name, description or source" value={typed} onChange={setTyped} className="w-64 shrink-0" />
      <ChoiceMenu
        label="Category"
        choices={toChoices(facets?.categories ?? [])}
        value={search.category}
        onChange={(category) => onChange({ category })}
      />
      <ChoiceMenu
        label="Risk"
        choices={[...toChoices(facets?.risks ?? []), { value: NO_RISK, label: 'Not said' }]}
        value={search.risk}
        onChange={(risk) => onChange({ risk })}
      />
      <ChoiceMenu
        label="Pack"
        choices={packs.map(({ id, name }) => ({ value: id, label: toVisibleText(name) }))}
        value={search.packId}
        onChange={(packId) => onChange({ packId })}
      />
      {isFiltered && (
        <Button tone="ghost" onClick={onClear}>
          Clear
        </Button>
      )}
    </FilterBar>
  );
}
