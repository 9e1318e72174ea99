import { Link } from '@tanstack/react-router';
import type { RunDetail } from '#console/api/contract.ts';
import { payloadQuery } from '#console/api/queries/fleet/runs.ts';
import { formatDurationUs } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { PayloadView } from '#console/ui/data/payload-view.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { runLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';

/** What stands beside the waterfall while no step is selected: what went into the run, what came out, what it started. */
export function RunPanel({ run }: { run: RunDetail }) {
  const tags = Object.entries(run.tags ?? {});
  const queryOf = (hash: string) => payloadQuery(run.id, hash);
  return (
    <div className="grid gap-3 px-5 py-4">
      {run.in_payload && (
        <Section title="Input">
          <PayloadView payload={run.in_payload} label="Input of the run" queryOf={queryOf} />
        </Section>
      )}
      {run.out_payload && (
        <Section title="Output">
          <PayloadView payload={run.out_payload} label="Output of the run" queryOf={queryOf} />
        </Section>
      )}
      {run.children.length > 0 && (
        <Section title="Started runs">
          <Panel>
            <ul>
              {run.children.map((child) => (
                <li key={child.id} className="flex items-center gap-2.5 border-b px-3 py-1.5 last:border-b-0">
                  <Mark look={runLooks[child.status]} label={runLooks[child.status].word} />
                  <Link
                    to="/runs/$runId"
                    params={{ runId: child.id }}
                    search={{}}
                    className="truncate hover:text-accent"
                  >
                    <ForeignText text={child.name ?? 'Unnamed run'} />
                  </Link>
                  <span className="truncate text-fg-3">{child.agent_slug}</span>
                  <span className="num ml-auto shrink-0 text-sm text-fg-3">
                    {child.dur_us !== null && formatDurationUs(child.dur_us)}
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        </Section>
      )}
      {tags.length > 0 && (
        <Section title="Tags">
          <p className="flex flex-wrap gap-1">
            {tags.map(([name, value]) => (
              <Badge key={name}>
                {name}: {value}
              </Badge>
            ))}
          </p>
        </Section>
      )}
      {run.config && (
        <Section title="Configuration">
          <PayloadView payload={run.config} label="Configuration" queryOf={queryOf} />
        </Section>
      )}
      <p className="text-sm text-fg-3">Choose a step to see its input, output and decision.</p>
    </div>
  );
}
