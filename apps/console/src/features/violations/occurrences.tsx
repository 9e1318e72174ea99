import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Violation } from '#console/api/contract.ts';
import { type ViolationFilters, violationsOfGroupQuery } from '#console/api/queries/fleet/violations.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { ClockTime } from '#console/ui/data/time.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { violationLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';

interface OccurrencesProps {
  violation: Violation;
  filters: ViolationFilters;
}

/** Every single violation of the list's row, the open one marked; nothing when it was the only one. */
export function Occurrences({ violation, filters }: OccurrencesProps) {
  const all = useQuery(violationsOfGroupQuery(violation, filters)).data ?? [];
  if (all.length < 2) return null;
  return (
    <Section title={`${plural(all.length, 'time')} within ten minutes`}>
      <ol className="max-h-40 overflow-y-auto rounded border">
        {all.map(({ id, ts, state, explanation }) => (
          <li key={id} className="border-b last:border-b-0">
            <Link
              from="/violations"
              to="/violations"
              search={(before) => ({ ...before, id })}
              replace
              aria-current={id === violation.id || undefined}
              className={cx(
                'touch flex items-center gap-3 px-3 py-1 hover:bg-sunken',
                id === violation.id && 'bg-sunken font-medium',
              )}
            >
              <ClockTime at={ts} className="shrink-0 text-sm" />
              <span className="min-w-0 flex-1 truncate text-fg-2">
                <ForeignText text={explanation} />
              </span>
              <MarkedWord look={violationLooks[state]} className="shrink-0 text-sm" />
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  );
}
