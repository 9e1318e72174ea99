import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { useIsPhone } from '#console/lib/browser/media.ts';
import { IconButton } from '../control/button.tsx';
import { useModal } from './dialog.tsx';

interface DrawerProps {
  title: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** On a list beside which a drawer is open, where there is room for both. */
export const DRAWER_SPACE = 'min-[1100px]:mr-[min(36rem,calc(100vw-4rem))]';

/** Detail beside a list: on a wide screen the list stays usable, on a phone it fills the screen. */
export function Drawer(props: DrawerProps) {
  return useIsPhone() ? <FullScreenDrawer {...props} /> : <SideDrawer {...props} />;
}

function SideDrawer({ onClose, ...content }: DrawerProps) {
  const titleId = useId();
  const ref = useRef<HTMLElement>(null);
  useKeys({ Escape: onClose });
  useEffect(() => {
    const opener = document.activeElement;
    return () => {
      const hadFocus = ref.current?.contains(document.activeElement) || document.activeElement === document.body;
      if (hadFocus && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside
      ref={ref}
      aria-labelledby={titleId}
      className="fixed top-12 right-0 bottom-0 z-20 flex w-[min(36rem,calc(100vw-4rem))] animate-slide-in flex-col border-l bg-surface"
    >
      <DrawerContent titleId={titleId} onClose={onClose} {...content} />
    </aside>
  );
}

function FullScreenDrawer({ onClose, ...content }: DrawerProps) {
  const ref = useModal(onClose);
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className="m-0 flex h-dvh max-h-none w-screen max-w-none animate-appear flex-col bg-surface p-0"
    >
      <DrawerContent titleId={titleId} onClose={onClose} {...content} />
    </dialog>
  );
}

function DrawerContent({ title, titleId, actions, onClose, children }: DrawerProps & { titleId: string }) {
  return (
    <>
      <header className="flex min-h-12 shrink-0 items-center gap-2 border-b pr-2 pl-5">
        <h2 id={titleId} className="min-w-0 flex-1 truncate text-lg font-semibold">
          {title}
        </h2>
        {actions}
        <IconButton label="Close (Esc)" icon={X} onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>
    </>
  );
}
