import type { Explained } from '#console/api/queries/policies/policy-texts.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { verdictLooks } from '#console/ui/state/looks.ts';
import { MarkedWord, StatePill } from '#console/ui/state/mark.tsx';

/** How a call would be decided: the sentence, the stage, and every rule that it met with what failed in it. */
export function Explanation({ explained }: { explained: Explained }) {
  const { verdict, stage, decided_by, matched, text } = explained;
  return (
    <section aria-label="Decision" className="grid gap-3 border-t pt-3">
      <p className="flex flex-wrap items-center gap-2">
        <StatePill look={verdictLooks[verdict]} />
        <span className="text-fg-3">at the stage {stage}</span>
      </p>
      <p className="break-words">
        <ForeignText text={text} />
      </p>
      <ul className="grid gap-2">
        {matched.map((match) => (
          <li
            key={`${match.rule} ${match.line}`}
            className={cx('grid gap-1 rounded border px-3 py-2', match.rule === decided_by && 'border-accent')}
          >
            <p className="flex flex-wrap items-center gap-x-2">
              <code className="font-mono text-sm break-all">
                <ForeignText text={match.rule} />
              </code>
              {match.line > 0 && <span className="num text-sm text-fg-3">line {match.line}</span>}
              {match.mode === 'monitor' && <Badge>monitor</Badge>}
              <MarkedWord look={verdictLooks[match.verdict]} className="ml-auto text-sm" />
            </p>
            {match.failed.map((leaf) => (
              <p key={`${leaf.path} ${leaf.op}`} className="font-mono text-sm break-all text-fg-2">
                <ForeignText text={toLeafText(leaf)} />
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Leaf {
  path: string;
  op: string;
  expected?: unknown;
  actual?: unknown;
}

const toLeafText = ({ path, op, expected, actual }: Leaf): string =>
  `${path} ${op} ${JSON.stringify(expected)}: ${actual === undefined ? 'missing' : JSON.stringify(actual)}`;
