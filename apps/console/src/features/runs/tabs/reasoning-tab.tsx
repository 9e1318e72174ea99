import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { RunDetail, RunEvent } from '#console/api/contract.ts';
import { payloadQuery } from '#console/api/queries/fleet/runs.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { ClockTime } from '#console/ui/data/time.tsx';
import { Empty, Skeleton } from '#console/ui/feedback/states.tsx';
import { payloadField, textField } from '../event-fields.ts';
import { EventPayload } from './event-payload.tsx';
import { EventTab } from './event-tab.tsx';
import { StepLink } from './step-link.tsx';

const OPEN_AT_FIRST = 3;

/** What the model said it was thinking, block by block, each with the step that it belongs to. */
export default function ReasoningTab({ run }: { run: RunDetail }) {
  return (
    <EventTab runId={run.id} type="reason" empty={<NoReasoning />}>
      {(events) => <Blocks run={run} events={events} />}
    </EventTab>
  );
}

function Blocks({ run, events }: { run: RunDetail; events: RunEvent[] }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(
    () => new Set(events.slice(0, OPEN_AT_FIRST).map(({ seq }) => seq)),
  );
  const isAllOpen = open.size >= events.length;
  const toggle = (seq: number) =>
    setOpen((before) =>
      before.has(seq) ? new Set([...before].filter((other) => other !== seq)) : new Set([...before, seq]),
    );
  return (
    <>
      <div className="mb-2 flex items-center justify-between">
        <span className="num text-fg-3">{plural(events.length, 'block')}</span>
        <Button tone="ghost" onClick={() => setOpen(isAllOpen ? new Set() : new Set(events.map(({ seq }) => seq)))}>
          {isAllOpen ? 'Fold all' : 'Unfold all'}
        </Button>
      </div>
      <ol className="overflow-hidden rounded-lg border bg-surface">
        {events.map((event) => (
          <Block
            key={event.seq}
            run={run}
            event={event}
            isOpen={open.has(event.seq)}
            onToggle={() => toggle(event.seq)}
          />
        ))}
      </ol>
    </>
  );
}

interface BlockProps {
  run: RunDetail;
  event: RunEvent;
  isOpen: boolean;
  onToggle: () => void;
}

function Block({ run, event, isOpen, onToggle }: BlockProps) {
  const preview = textField(event, 'summary') ?? inlineText(event);
  return (
    <li className="border-b last:border-b-0">
      <div className="flex items-center gap-3 px-3 hover:bg-sunken">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onToggle}
          className="touch flex h-9 min-w-0 flex-1 items-center gap-2 text-left"
        >
          <ChevronRight aria-hidden size={13} className={cx('shrink-0 text-fg-3', isOpen && 'rotate-90')} />
          <ClockTime at={event.ts} className="num shrink-0 text-sm text-fg-3" />
          {!isOpen && (
            <span className="truncate text-fg-2">
              <ForeignText text={preview ?? 'Reasoning'} />
            </span>
          )}
        </button>
        {event.key !== null && <StepLink run={run} stepKey={event.key} />}
      </div>
      {isOpen && (
        <div className="px-4 pb-4 pl-9">
          <ReasonText runId={run.id} event={event} />
        </div>
      )}
    </li>
  );
}

function inlineText(event: RunEvent): string | undefined {
  const payload = payloadField(event, 'text');
  return payload && 'v' in payload && typeof payload.v === 'string' ? payload.v.slice(0, 200) : undefined;
}

/** Reasoning is prose, so it is shown as prose; a stored block is fetched when it is opened. */
function ReasonText({ runId, event }: { runId: string; event: RunEvent }) {
  const payload = payloadField(event, 'text') ?? payloadField(event, 'summary');
  const hash = payload && 'b' in payload ? payload.b : '';
  const stored = useQuery({ ...payloadQuery(runId, hash), enabled: hash !== '' });
  const value = payload && 'v' in payload ? payload.v : stored.data;
  if (!payload) return <p className="text-fg-3">The block is empty.</p>;
  if (hash !== '' && stored.isPending) return <Skeleton className="h-12 w-full" />;
  if (typeof value !== 'string') return <EventPayload runId={runId} payload={payload} label="Reasoning" />;
  return (
    <p className="max-w-[70ch] leading-6 break-words whitespace-pre-wrap">
      <ForeignText text={value} />
    </p>
  );
}

function NoReasoning() {
  return (
    <Empty title="No reasoning was reported">
      <p>
        Not every model tells what it thinks. Where it does, the LangGraph adapter reports it; in your own code, call{' '}
        <code className="font-mono">reason(text)</code>.
      </p>
    </Empty>
  );
}
