import { useQuery } from '@tanstack/react-query';
import { Minus, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { policyDiffQuery, policyVersionQuery } from '#console/api/queries/policies/policies.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { TextDiff } from '#console/ui/data/text-diff.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';

const ops = {
  add: { icon: Plus, word: 'Added', className: 'text-ok' },
  remove: { icon: Minus, word: 'Removed', className: 'text-bad' },
  change: { icon: Pencil, word: 'Changed', className: 'text-run' },
} as const;

interface VersionChangesProps {
  policyId: string;
  from: number;
  to: number;
}

/** What one version says that another did not, and whether agents may do more by it; the text on demand. */
export function VersionChanges({ policyId, from, to }: VersionChangesProps) {
  const { data, error, refetch } = useQuery(policyDiffQuery(policyId, from, to));
  const [isText, setText] = useState(false);
  if (error && !data)
    return (
      <Failed
        what="The versions could not be compared"
        failure={toFailure(error)}
        onRetry={() => void refetch()}
        isCompact
      />
    );
  if (!data) return <SkeletonRows rows={3} />;
  const widening = data.changes.filter(({ effect }) => effect === 'widens').length;
  return (
    <Section
      title={`v${from} → v${to}`}
      aside={
        <>
          {widening > 0 && <Badge tone="warn">{plural(widening, 'widens', 'widen')}</Badge>}
          <Button isSmall tone="ghost" aria-pressed={isText} onClick={() => setText(!isText)}>
            Text
          </Button>
        </>
      }
    >
      <Panel>
        {data.changes.length === 0 ? (
          <p className="px-4 py-3 text-fg-2">Both mean the same.</p>
        ) : (
          <ul>
            {data.changes.map(({ rule, op, path, effect, summary }) => {
              const { icon: Icon, word, className } = ops[op];
              return (
                <li
                  key={`${rule} ${op} ${path}`}
                  className="flex items-start gap-2.5 border-b px-4 py-2 last:border-b-0"
                >
                  <Icon size={14} className={cx('mt-[3px] shrink-0', className)} aria-label={word} />
                  <span className="min-w-0 flex-1 break-words">
                    <ForeignText text={summary.replace(/, (?:widens|narrows)$/, '')} />
                  </span>
                  <Effect effect={effect} />
                </li>
              );
            })}
          </ul>
        )}
      </Panel>
      {isText && <Texts policyId={policyId} from={from} to={to} />}
    </Section>
  );
}

function Effect({ effect }: { effect: 'widens' | 'narrows' | 'changes' | 'none' }) {
  if (effect === 'widens')
    return (
      <Badge tone="warn" title="Agents may do more than before">
        widens
      </Badge>
    );
  if (effect === 'narrows') return <Badge title="Agents may do less than before">narrows</Badge>;
  return null;
}

function Texts({ policyId, from, to }: VersionChangesProps) {
  const before = useQuery(policyVersionQuery(policyId, from)).data;
  const after = useQuery(policyVersionQuery(policyId, to)).data;
  if (!before || !after) return <SkeletonRows rows={3} />;
  return (
    <div className="pt-2">
      <TextDiff before={before.source} after={after.source} />
    </div>
  );
}
