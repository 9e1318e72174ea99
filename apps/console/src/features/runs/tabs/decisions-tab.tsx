import type { RunDetail } from '#console/api/contract.ts';
import { ClockTime } from '#console/ui/data/time.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { DecisionView } from '../decision-view.tsx';
import { EventTab } from './event-tab.tsx';
import { StepLink } from './step-link.tsx';

/** The policy decisions of a run in order. A plain allow leaves no row. */
export default function DecisionsTab({ run }: { run: RunDetail }) {
  return (
    <EventTab runId={run.id} type="decision" empty={<NoDecision />}>
      {(events) => (
        <ol className="grid gap-4">
          {events.map((event) => (
            <li key={event.seq} className="grid gap-1.5">
              <div className="flex items-center justify-between gap-3">
                <ClockTime at={event.ts} className="num text-sm text-fg-3" />
                {event.key !== null && <StepLink run={run} stepKey={event.key} />}
              </div>
              <DecisionView runId={run.id} event={event} />
            </li>
          ))}
        </ol>
      )}
    </EventTab>
  );
}

function NoDecision() {
  return (
    <Empty title="Everything was allowed">
      <p>Only decisions that are not a plain allow are recorded one by one. Here there was none.</p>
    </Empty>
  );
}
