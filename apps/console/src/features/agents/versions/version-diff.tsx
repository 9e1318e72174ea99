import { useQuery } from '@tanstack/react-query';
import { Minus, Pencil, Plus } from 'lucide-react';
import type { VersionChange } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { versionDiffQuery } from '#console/api/queries/fleet/agents.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { TextDiff } from '#console/ui/data/text-diff.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';

interface VersionDiffProps {
  agentId: string;
  from: string;
  to: string;
}

const ops = {
  add: { icon: Plus, word: 'Added', className: 'text-ok' },
  remove: { icon: Minus, word: 'Removed', className: 'text-bad' },
  change: { icon: Pencil, word: 'Changed', className: 'text-run' },
} as const;

/** What changed between two versions, in words first; what gives the agent more power is marked. */
export function VersionDiff({ agentId, from, to }: VersionDiffProps) {
  const { data, error, refetch } = useQuery(versionDiffQuery(agentId, from, to));
  if (error && !data) {
    return (
      <Failed
        what="The versions could not be compared"
        failure={toFailure(error)}
        onRetry={() => void refetch()}
        isCompact
      />
    );
  }
  if (!data) return <SkeletonRows rows={4} />;
  const widening = data.changes.filter((change) => change.risk === 'widens').length;
  return (
    <Section
      title={`v${data.from.number} → v${data.to.number}`}
      aside={
        <>
          <span className="num">{plural(data.changes.length, 'change')}</span>
          {widening > 0 && <Badge tone="warn">{plural(widening, 'widens', 'widen')}</Badge>}
        </>
      }
    >
      <Panel>
        {data.changes.length === 0 ? (
          <p className="px-4 py-3 text-fg-2">The manifests are equal: only the commit or the lockfile differs.</p>
        ) : (
          <ul>
            {data.changes.map((change) => (
              <Change key={`${change.op} ${change.path}`} change={change} />
            ))}
          </ul>
        )}
      </Panel>
    </Section>
  );
}

function Change({ change }: { change: VersionChange }) {
  const { icon: Icon, word, className } = ops[change.op];
  return (
    <li className="grid gap-1.5 border-b px-4 py-2.5 last:border-b-0">
      <div className="flex items-start gap-2.5">
        <Icon size={14} className={cx('mt-[3px] shrink-0', className)} aria-label={word} />
        <p className="min-w-0 flex-1 break-words">
          <ForeignText text={change.summary} />
          <span className="block font-mono text-xs text-fg-3">{change.path}</span>
        </p>
        {change.risk === 'widens' && (
          <Badge tone="warn" title="The new version may do more than the old one">
            widens
          </Badge>
        )}
        {change.risk === 'narrows' && <Badge title="The new version may do less than the old one">narrows</Badge>}
      </div>
      {change.op === 'change' && <TextDiff before={toText(change.before)} after={toText(change.after)} />}
    </li>
  );
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? ''));
