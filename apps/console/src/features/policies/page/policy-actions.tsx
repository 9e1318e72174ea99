import { Ellipsis, Power, RotateCcw } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import type { PolicyDetail } from '#console/api/contract.ts';
import { Button, IconButton } from '#console/ui/control/button.tsx';
import { MenuContent, menuItemClass } from '#console/ui/control/choice-menu.tsx';
import { ActivateDialog } from './activate-dialog.tsx';
import { ArchiveDialog } from './archive-dialog.tsx';
import { OffDialog } from './off-dialog.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

type Asked = 'activate' | 'rollback' | 'off' | 'archive';

/** What an admin can do with a policy as it stands. */
export function PolicyActions({ policy }: { policy: PolicyDetail }) {
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const isHeld = policy.active_version !== null && policy.mode !== 'off';
  const hasNews = policy.active_version !== policy.latest_version;
  return (
    <>
      {policy.active_version !== null && (
        <Button icon={RotateCcw} onClick={() => setAsked('rollback')}>
          Roll back
        </Button>
      )}
      <Button tone={hasNews ? 'primary' : 'plain'} icon={Power} onClick={() => setAsked('activate')}>
        {hasNews ? `Activate v${policy.latest_version}` : 'Change mode'}
      </Button>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <IconButton label="More" icon={Ellipsis} />
        </DropdownMenu.Trigger>
        <MenuContent align="end">
          {isHeld && (
            <DropdownMenu.Item className={menuItemClass} onSelect={() => setAsked('off')}>
              Turn off
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item className={menuItemClass} onSelect={() => setAsked('archive')}>
            Archive
          </DropdownMenu.Item>
        </MenuContent>
      </DropdownMenu.Root>
      {asked === 'activate' && <ActivateDialog policy={policy} version={policy.latest_version} onClose={close} />}
      {asked === 'rollback' && <RollbackDialog policy={policy} onClose={close} />}
      {asked === 'off' && <OffDialog policy={policy} onClose={close} />}
      {asked === 'archive' && <ArchiveDialog policy={policy} onClose={close} />}
    </>
  );
}
