import { Link } from '@tanstack/react-router';
import { Empty } from '#console/ui/feedback/states.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { templates } from '../editor/templates.ts';

interface NoPoliciesProps {
  isFiltered: boolean;
  canWrite: boolean;
}

/** No policy yet: what one does, and one to begin with. */
export function NoPolicies({ isFiltered, canWrite }: NoPoliciesProps) {
  if (isFiltered) {
    return (
      <Empty title="No policy matches">
        <p>Widen the filters.</p>
      </Empty>
    );
  }
  return (
    <Empty title="No policy yet">
      <p>
        A policy says what agents may do, and holds in their processes. It begins in monitor, where it records what it
        would have done and stops nothing.
      </p>
      {canWrite && (
        <Panel className="w-full text-left">
          <ul aria-label="Begin with">
            {templates.map(({ id, title, says }) => (
              <li key={id} className="border-b last:border-b-0">
                <Link
                  to="/policies/new"
                  search={{ template: id }}
                  className="touch grid gap-x-4 px-4 py-2 hover:bg-sunken sm:grid-cols-[14rem_minmax(0,1fr)]"
                >
                  <span className="font-medium text-fg">{title}</span>
                  <span>{says}</span>
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </Empty>
  );
}
