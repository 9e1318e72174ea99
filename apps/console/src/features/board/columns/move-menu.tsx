import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { TaskCard } from '#console/api/contract.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { MenuContent, menuItemClass } from '#console/ui/control/choice-menu.tsx';
import { type Gate, reasonAgainst, STATUSES, type Status, statusWords } from '../moves/gates.ts';

interface MoveMenuProps {
  task: TaskCard;
  gate: Gate;
  isChosen: boolean;
  onChoose: () => void;
  onMove: (to: Status) => void;
}

/** The way to move a card without dragging it; a column that will refuse says why. */
export function MoveMenu({ task, gate, isChosen, onChoose, onMove }: MoveMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={`Move ${task.title}`} icon={Ellipsis} className="-mt-1 -mr-1.5 size-6" />
      </DropdownMenu.Trigger>
      <MenuContent align="end">
        <DropdownMenu.Label className="px-2 pt-1 pb-0.5 text-xs text-fg-3">Move to</DropdownMenu.Label>
        {STATUSES.filter((status) => status !== task.status).map((status) => {
          const reason = reasonAgainst(task, status, gate);
          return (
            <DropdownMenu.Item key={status} className={menuItemClass} onSelect={() => onMove(status)}>
              {statusWords[status]}
              {reason && <span className="ml-auto pl-4 text-sm text-warn">{reason}</span>}
            </DropdownMenu.Item>
          );
        })}
        <DropdownMenu.Separator className="my-1 h-px bg-line" />
        <DropdownMenu.Item className={menuItemClass} onSelect={onChoose}>
          {isChosen ? 'Choose no longer' : 'Choose'}
          <span className="ml-auto pl-4 text-sm text-fg-3">x</span>
        </DropdownMenu.Item>
      </MenuContent>
    </DropdownMenu.Root>
  );
}
