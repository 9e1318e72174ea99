import type { RunDetail, RunEvent } from '#console/api/contract.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { ClockTime } from '#console/ui/data/time.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { payloadField, textField } from '../event-fields.ts';
import { EventPayload } from './event-payload.tsx';
import { EventTab } from './event-tab.tsx';
import { StepLink } from './step-link.tsx';

/** The places of a run whose state was kept. */
export default function CheckpointsTab({ run }: { run: RunDetail }) {
  return (
    <EventTab runId={run.id} type="checkpoint" empty={<NoCheckpoint />}>
      {(events) => (
        <ol className="overflow-hidden rounded-lg border bg-surface">
          {events.map((event) => (
            <Checkpoint key={event.seq} run={run} event={event} />
          ))}
        </ol>
      )}
    </EventTab>
  );
}

function Checkpoint({ run, event }: { run: RunDetail; event: RunEvent }) {
  const state = payloadField(event, 'state') ?? payloadField(event, 'ref');
  const kind = textField(event, 'kind');
  return (
    <li className="grid gap-2 border-b px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <ClockTime at={event.ts} className="num text-sm text-fg-3" />
        <span className="font-medium">
          <ForeignText text={textField(event, 'name') ?? 'Checkpoint'} />
        </span>
        {kind !== undefined && (
          <Badge title={kind === 'native' ? "Kept by the framework's own checkpointer" : 'State kept with the run'}>
            {kind}
          </Badge>
        )}
        {event.key !== null && (
          <span className="ml-auto">
            <StepLink run={run} stepKey={event.key} />
          </span>
        )}
      </div>
      {state && (
        <EventPayload runId={run.id} payload={state} label={`State of ${textField(event, 'name') ?? 'checkpoint'}`} />
      )}
    </li>
  );
}

function NoCheckpoint() {
  return (
    <Empty title="No checkpoint">
      <p>
        With a LangGraph checkpointer every super-step leaves one; in your own code, call{' '}
        <code className="font-mono">checkpoint(name, state)</code>.
      </p>
    </Empty>
  );
}
