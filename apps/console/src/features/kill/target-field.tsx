import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useItems } from '#console/api/pages.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { organizationQuery } from '#console/api/queries/session.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { TARGET_KINDS, type Target, type TargetKind, targetWords, toAgentTypes } from './target.ts';

interface TargetFieldProps {
  target: Target | undefined;
  onChange: (target: Target | undefined) => void;
}

/** Whom to stop. */
export function TargetField({ target, onChange }: TargetFieldProps) {
  const [kind, setKind] = useState<TargetKind>(target?.kind ?? 'agent');
  const [words, setWords] = useState('');
  const choices = useTargets(kind, useDeferredValue(words.trim()));
  const choose = (next: TargetKind, found: readonly Target[]) => {
    setKind(next);
    onChange(next === 'org' ? found[0] : undefined);
  };
  const organization = useTargets('org', '');
  return (
    <>
      <Field label="Stop">
        {(ids) => (
          <Select {...ids} value={kind} onChange={(event) => choose(toKind(event.target.value), organization)}>
            {TARGET_KINDS.map((value) => (
              <option key={value} value={value}>
                {targetWords[value]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {kind === 'agent' && target?.kind !== 'agent' && (
        <TextInput
          type="search"
          aria-label="Search agents"
          placeholder="Search agents"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      {kind !== 'org' && (
        <Field label="Which">
          {(ids) => (
            <Select
              {...ids}
              value={target?.value ?? ''}
              onChange={(event) => onChange(choices.find(({ value }) => value === event.target.value))}
            >
              <option value="">Choose…</option>
              {target && !choices.some(({ value }) => value === target.value) && (
                <option value={target.value}>{toVisibleText(target.name)}</option>
              )}
              {choices.map(({ value, name }) => (
                <option key={value} value={value}>
                  {toVisibleText(name)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </>
  );
}

const toKind = (value: string): TargetKind => TARGET_KINDS.find((kind) => kind === value) ?? 'agent';

/** What there is to stop of a kind; agents by a few letters. */
function useTargets(kind: TargetKind, words: string): Target[] {
  const organization = useQuery(organizationQuery).data;
  const boards = useQuery({ ...boardsQuery, enabled: kind === 'board' }).data?.items ?? [];
  const groups = useQuery({ ...boardGroupsQuery, enabled: kind === 'board_group' }).data?.items ?? [];
  const wantsAgents = kind === 'agent' || kind === 'agent_type';
  const query = kind === 'agent' && words !== '' ? { q: words } : {};
  const agents = useItems(useInfiniteQuery({ ...agentsQuery(query), enabled: wantsAgents }).data);
  switch (kind) {
    case 'org':
      return organization ? [{ kind, value: organization.id, name: organization.name }] : [];
    case 'board':
      return boards.map(({ id, name }) => ({ kind, value: id, name }));
    case 'board_group':
      return groups.map(({ id, name }) => ({ kind, value: id, name }));
    case 'agent_type':
      return toAgentTypes(agents).map((type) => ({ kind, value: type, name: type }));
    case 'agent':
      return agents.map(({ slug, name }) => ({ kind, value: slug, name }));
  }
}
