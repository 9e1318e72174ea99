import { Link } from '@tanstack/react-router';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import type { NavGroup } from '../navigation.ts';
import { OrganizationMenu } from '../organization/organization-menu.tsx';

interface PageSheetProps {
  title: string;
  groups: readonly NavGroup[];
  hasOrganizations: boolean;
  onClose: () => void;
}

/** The pages behind one place of the bottom bar. */
export function PageSheet({ title, groups, hasOrganizations, onClose }: PageSheetProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <PageLinks groups={groups} onFollow={onClose} />
      {hasOrganizations && (
        <div className="mt-3 border-t pt-3">
          <OrganizationMenu isBare={false} />
        </div>
      )}
    </Dialog>
  );
}

function PageLinks({ groups, onFollow }: { groups: readonly NavGroup[]; onFollow: () => void }) {
  return (
    <div className="grid gap-4">
      {groups.map(({ label, pages }) => (
        <ul key={label} aria-label={label}>
          {pages.map(({ to, label: name, icon: Icon }) => (
            <li key={to}>
              <Link
                to={to}
                onClick={onFollow}
                className="flex h-12 items-center gap-3 rounded px-2 hover:bg-sunken data-[status=active]:text-accent"
              >
                <Icon aria-hidden size={18} strokeWidth={1.8} />
                {name}
              </Link>
            </li>
          ))}
        </ul>
      ))}
    </div>
  );
}
