import { OctagonX, Search } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { IconButton } from '#console/ui/control/button.tsx';
import { Kbd } from '#console/ui/control/kbd.tsx';
import { LiveMark } from '../shell/live-mark.tsx';
import { Breadcrumb } from './breadcrumb.tsx';
import { UserMenu } from './user-menu.tsx';

/** Comes after the page: nothing of it is needed at first sight. */
const Notifications = lazy(async () => ({ default: (await import('./notifications.tsx')).Notifications }));

interface TopBarProps {
  onSearch: () => void;
  onShowKeys: () => void;
  /** Absent for members, who may not stop agents. */
  onKill: (() => void) | undefined;
}

/** Where one is, and the way to anywhere else. */
export function TopBar({ onSearch, onShowKeys, onKill }: TopBarProps) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-surface pr-2 pl-4 sm:pr-3 sm:pl-6">
      <Breadcrumb />
      <div className="sm:hidden">
        <LiveMark isBare />
      </div>
      <button
        type="button"
        onClick={onSearch}
        aria-label="Search agents, runs and pages"
        className="touch flex h-7 shrink-0 items-center justify-center gap-2 rounded text-fg-3 hover:bg-sunken hover:text-fg max-sm:w-9 sm:w-56 sm:justify-start sm:border sm:border-line-strong sm:bg-bg sm:px-2.5"
      >
        <Search aria-hidden size={15} />
        <span className="hidden flex-1 text-left sm:block">Search</span>
        <span className="hidden gap-1 sm:flex">
          <Kbd>Ctrl</Kbd>
          <Kbd>K</Kbd>
        </span>
      </button>
      {onKill && (
        <IconButton label="Kill switch (Shift K)" icon={OctagonX} onClick={onKill} className="hover:text-bad" />
      )}
      <Suspense fallback={<span className="size-8 shrink-0" />}>
        <Notifications />
      </Suspense>
      <UserMenu onShowKeys={onShowKeys} />
    </header>
  );
}
