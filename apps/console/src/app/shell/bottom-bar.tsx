import { Link } from '@tanstack/react-router';
import { allPages } from './navigation.ts';

/** The navigation of a phone, at the thumb. */
export function BottomBar() {
  return (
    <nav aria-label="Pages" className="shrink-0 border-t bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden">
      <ul className="grid auto-cols-fr grid-flow-col">
        {allPages.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              className="flex h-14 flex-col items-center justify-center gap-1 text-xs text-fg-3 data-[status=active]:text-accent"
            >
              <Icon aria-hidden size={19} strokeWidth={1.8} />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
