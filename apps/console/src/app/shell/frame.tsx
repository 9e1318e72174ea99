import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { LiveProvider } from '#console/api/live/live-provider.tsx';
import { isAdminRole, membershipQuery, meQuery } from '#console/api/queries/session.ts';
import { type KeyMap, useKeys } from '#console/lib/browser/keyboard.ts';
import { ScrollArea } from '#console/ui/layout/scroll-area.tsx';
import { KillRelease } from '#console/ui/overlay/kill-release.ts';
import { TopBar } from '../top-bar/top-bar.tsx';
import { BottomBar } from './bottom-bar/bottom-bar.tsx';
import { allPages } from './navigation.ts';
import { ProfileBanner } from './profile-banner.tsx';
import { Rail } from './rail.tsx';

const SearchDialog = lazy(() => import('../search/search-dialog.tsx'));
const KillDialog = lazy(async () => ({ default: (await import('#console/features/kill/kill-dialog.tsx')).KillDialog }));
const KillBar = lazy(async () => ({ default: (await import('#console/features/kill/kill-bar.tsx')).KillBar }));
const KeysDialog = lazy(async () => ({ default: (await import('./keys-dialog.tsx')).KeysDialog }));

type Overlay = 'search' | 'keys' | 'kill' | undefined;

/** What stands around every page of a signed-in person. */
export function Frame() {
  const [overlay, setOverlay] = useState<Overlay>();
  const [releasedKill, setReleasedKill] = useState<string>();
  const close = () => setOverlay(undefined);
  useQuery(meQuery); // an ended session shows here first and leads to the sign-in page
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const releaseKill = isAdmin ? setReleasedKill : undefined;
  useFrameKeys(setOverlay, isAdmin);
  return (
    <LiveProvider>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded bg-accent px-3 py-1.5 text-accent-fg focus:translate-y-0"
      >
        Skip to the content
      </a>
      <div className="flex h-full flex-col sm:flex-row">
        <Rail />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <TopBar
            onSearch={() => setOverlay('search')}
            onShowKeys={() => setOverlay('keys')}
            onKill={isAdmin ? () => setOverlay('kill') : undefined}
          />
          <Suspense>
            <KillBar releasedId={releasedKill} onRelease={releaseKill} onClose={() => setReleasedKill(undefined)} />
          </Suspense>
          <ProfileBanner />
          <ScrollArea className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto overscroll-contain bg-bg outline-none">
            <KillRelease value={releaseKill}>
              <Outlet />
            </KillRelease>
          </ScrollArea>
        </div>
        <BottomBar />
      </div>
      <Suspense>
        {overlay === 'search' && <SearchDialog onClose={close} />}
        {overlay === 'keys' && <KeysDialog onClose={close} />}
        {overlay === 'kill' && <KillDialog onClose={close} />}
      </Suspense>
    </LiveProvider>
  );
}

function useFrameKeys(setOverlay: (overlay: Overlay) => void, isAdmin: boolean): void {
  const navigate = useNavigate();
  const openKill = () => setOverlay('kill');
  const goKeys: KeyMap = Object.fromEntries(allPages.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })]));
  useKeys({
    ...goKeys,
    'mod+k': () => setOverlay('search'),
    '?': () => setOverlay('keys'),
    ...(isAdmin && { K: openKill }),
    '/': () => document.querySelector<HTMLInputElement>('[data-page-search]')?.focus(),
  });
}
