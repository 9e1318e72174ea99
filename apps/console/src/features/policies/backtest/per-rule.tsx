import { Link } from '@tanstack/react-router';
import type { BacktestReport } from '#console/api/contract.ts';
import { formatCount, shortenMiddle } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';

interface Tally {
  block: number;
  approve: number;
  warn: number;
  undecidable: number;
}

/** What each rule would have done. */
export function PerRule({ report }: { report: BacktestReport }) {
  return (
    <Section title="By rule">
      <Panel>
        <ul>
          {report.per_rule.map((tally) => (
            <li key={tally.rule} className="grid gap-0.5 border-b px-4 py-2 last:border-b-0">
              <p className="flex flex-wrap items-center gap-x-3">
                <code className="font-mono text-sm">
                  <ForeignText text={tally.rule.replace(/^.*:/, '')} />
                </code>
                <span className="num text-sm text-fg-3">line {tally.line}</span>
                {tally.runs > 0 && (
                  <span className="num ml-auto text-sm text-fg-2">
                    {formatCount(tally.runs)} runs, {formatCount(tally.runs_succeeded)} had succeeded
                  </span>
                )}
              </p>
              <Tallies tally={tally} />
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

/** Whom it would have hit, the most first. */
export function PerAgent({ report }: { report: BacktestReport }) {
  if (report.per_agent.length === 0) return null;
  return (
    <Section title="By agent">
      <Panel className="max-h-80 overflow-y-auto">
        <ul>
          {report.per_agent
            .toSorted((a, b) => b.block + b.approve - a.block - a.approve)
            .map((tally) => (
              <li key={tally.agent_id} className="grid gap-0.5 border-b px-4 py-2 last:border-b-0">
                <p className="flex flex-wrap items-center gap-x-3">
                  <Link
                    to="/agents/$agentId"
                    params={{ agentId: tally.agent_id }}
                    className="font-medium hover:text-accent"
                  >
                    <ForeignText text={tally.agent_name ?? shortenMiddle(tally.agent_id)} />
                  </Link>
                  <span className="num ml-auto text-sm text-fg-2">{formatCount(tally.calls)} calls</span>
                </p>
                <Tallies tally={tally} />
              </li>
            ))}
        </ul>
      </Panel>
    </Section>
  );
}

function Tallies({ tally: { block, approve, warn, undecidable } }: { tally: Tally }) {
  const words = [
    [block, 'blocked'],
    [approve, 'asked about'],
    [warn, 'warned of'],
    [undecidable, 'not to be told'],
  ] as const;
  const shown = words.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return <p className="num text-sm text-fg-2">{shown.length > 0 ? shown.join(' · ') : 'nothing'}</p>;
}
