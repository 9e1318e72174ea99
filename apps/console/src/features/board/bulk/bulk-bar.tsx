import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Fragment, type ReactNode } from 'react';
import type { Agent, TaskCard } from '#console/api/contract.ts';
import { tagsQuery } from '#console/api/queries/work/tags.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { buttonClass } from '#console/ui/control/button.tsx';
import { MenuContent, menuItemClass } from '#console/ui/control/choice-menu.tsx';
import { SelectionBar } from '#console/ui/layout/selection-bar.tsx';
import { STATUSES, statusWords } from '../moves/gates.ts';
import type { BulkEdit } from './bulk-edit.ts';

interface BulkBarProps {
  tasks: readonly TaskCard[];
  agents: readonly Agent[];
  isBusy: boolean;
  onEdit: (edit: BulkEdit) => void;
  onClear: () => void;
}

interface Item {
  key: string;
  label: string;
  edit: BulkEdit;
}

/** How many tasks are chosen, and what can be done to all of them. */
export function BulkBar({ tasks, agents, isBusy, onEdit, onClear }: BulkBarProps) {
  const tags = useQuery(tagsQuery).data?.items ?? [];
  const isOnSome = (tagId: string) => tasks.some(({ tag_ids }) => tag_ids.includes(tagId));
  const toTagItems = (isOn: boolean): Item[] =>
    tags
      .filter(({ id }) => isOn || isOnSome(id))
      .map(({ id, name }) => ({ key: id, label: toVisibleText(name), edit: { tagId: id, isOn } }));
  const menu = (label: string, groups: readonly MenuGroup[]) => (
    <EditMenu label={label} groups={groups} isBusy={isBusy} onEdit={onEdit} />
  );
  return (
    <SelectionBar
      onClear={onClear}
      actions={
        <>
          {menu('Status', [
            { items: STATUSES.map((status) => ({ key: status, label: statusWords[status], edit: { status } })) },
          ])}
          {menu('Assignee', [
            { items: [{ key: '', label: 'Nobody', edit: { assigneeId: null } }] },
            {
              items: agents.map(({ id, name }) => ({ key: id, label: toVisibleText(name), edit: { assigneeId: id } })),
            },
          ])}
          {menu('Priority', [
            {
              items: ['high', 'medium', 'low'].map((priority) => ({
                key: priority,
                label: priority,
                edit: { priority },
              })),
            },
          ])}
          {tags.length > 0 &&
            menu('Tags', [
              { label: 'Add', items: toTagItems(true) },
              { label: 'Take away', items: toTagItems(false) },
            ])}
        </>
      }
    >
      {plural(tasks.length, 'task')}
    </SelectionBar>
  );
}

interface MenuGroup {
  label?: string;
  items: readonly Item[];
}

interface EditMenuProps {
  label: ReactNode;
  groups: readonly MenuGroup[];
  isBusy: boolean;
  onEdit: (edit: BulkEdit) => void;
}

function EditMenu({ label, groups, isBusy, onEdit }: EditMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger disabled={isBusy} className={buttonClass('plain')}>
        {label}
        <ChevronDown aria-hidden size={13} className="text-fg-3" />
      </DropdownMenu.Trigger>
      <MenuContent>
        {groups
          .filter(({ items }) => items.length > 0)
          .map((group, index) => (
            <Fragment key={group.label ?? index}>
              {index > 0 && <DropdownMenu.Separator className="my-1 h-px bg-line" />}
              {group.label && (
                <DropdownMenu.Label className="px-2 pt-1 pb-0.5 text-xs text-fg-3">{group.label}</DropdownMenu.Label>
              )}
              {group.items.map(({ key, label: text, edit }) => (
                <DropdownMenu.Item key={key} className={menuItemClass} onSelect={() => onEdit(edit)}>
                  {text}
                </DropdownMenu.Item>
              ))}
            </Fragment>
          ))}
      </MenuContent>
    </DropdownMenu.Root>
  );
}
