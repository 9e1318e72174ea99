import { Link } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { Board } from '#console/api/contract.ts';
import { cx } from '#console/ui/class-names.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { MenuContent, menuItemClass } from '#console/ui/control/choice-menu.tsx';

interface BoardMenuProps {
  board: Board & { onDelete: (() => void) | undefined };
}

/** What else one may do with a board. */
export function BoardMenu({ board }: BoardMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={`More about ${board.name}`} icon={Ellipsis} />
      </DropdownMenu.Trigger>
      <MenuContent align="end">
        <DropdownMenu.Item asChild className={menuItemClass}>
          <Link to="/boards/$boardId/edit" params={{ boardId: board.id }}>
            Settings
          </Link>
        </DropdownMenu.Item>
        <DropdownMenu.Item asChild className={menuItemClass}>
          <Link to="/boards/$boardId/webhooks" params={{ boardId: board.id }}>
            Webhooks
          </Link>
        </DropdownMenu.Item>
        {board.onDelete && (
          <DropdownMenu.Item className={cx(menuItemClass, 'text-bad')} onSelect={board.onDelete}>
            Delete…
          </DropdownMenu.Item>
        )}
      </MenuContent>
    </DropdownMenu.Root>
  );
}
