import { Link } from '@tanstack/react-router';
import type { PolicyRollback } from '#console/api/contract.ts';
import { formatCount, NONE, plural } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { verdictLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';

/** Recorded decisions that another version would make differently. */
export function Flips({ preview }: { preview: PolicyRollback }) {
  const { flips, flip_count, looked_at, undecidable } = preview;
  return (
    <Section title="Decisions that would flip" aside={<span className="num">{formatCount(flip_count)}</span>}>
      <p className="pb-2 text-sm text-fg-3">
        Of {plural(looked_at, 'decision')} that its rules recorded in 30 days
        {undecidable > 0 && `; ${formatCount(undecidable)} could not be told`}. Calls that no rule spoke of are not
        recorded: the back-test judges those.
      </p>
      {flips.length > 0 && (
        <Panel className="max-h-60 overflow-y-auto">
          <ul>
            {flips.map((flip) => (
              <li
                key={`${flip.violation_id} ${flip.rule}`}
                className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b px-4 py-1.5 last:border-b-0"
              >
                <Link
                  to="/violations"
                  search={{ id: flip.violation_id }}
                  className="font-mono text-sm hover:text-accent"
                >
                  <ForeignText text={flip.tool ?? NONE} />
                </Link>
                <span className="text-fg-2">
                  <ForeignText text={flip.agent_slug} />
                </span>
                <span className="ml-auto flex items-center gap-2">
                  <MarkedWord look={verdictLooks[flip.was]} />
                  <span aria-hidden>→</span>
                  <MarkedWord look={verdictLooks[flip.would_be]} />
                </span>
                <Ago at={flip.ts} className="text-sm text-fg-3" />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </Section>
  );
}
