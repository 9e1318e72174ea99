import { useInfiniteQuery } from '@tanstack/react-query';
import type { RunDetail, Step } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { stepsQuery } from '#console/api/queries/fleet/runs.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { MessageList } from '../message-view.tsx';
import { type Message, newMessages, toMessages } from '../messages.ts';
import { isPartlyAbsent, resolvePayload, useStoredValues } from '../payload-values.ts';
import { StepLink } from './step-link.tsx';

/** The conversation with the models: of each call only what it added. */
export default function MessagesTab({ run }: { run: RunDetail }) {
  const list = useInfiniteQuery(stepsQuery(run.id));
  const calls = list.data?.pages.flatMap((page) => page.items).filter(({ kind }) => kind === 'llm') ?? [];
  if (list.isPending) return <SkeletonRows rows={6} />;
  if (list.isError && !list.data) {
    return (
      <Failed
        what="The messages could not be loaded"
        failure={toFailure(list.error)}
        onRetry={() => void list.refetch()}
      />
    );
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {calls.length === 0 && !list.hasNextPage ? <NoModelCall /> : <Conversation run={run} calls={calls} />}
      {list.hasNextPage && (
        <div className="flex justify-center pb-6">
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Later messages
          </Button>
        </div>
      )}
    </div>
  );
}

interface Turn {
  step: Step;
  messages: Message[];
  isPartial: boolean;
}

function Conversation({ run, calls }: { run: RunDetail; calls: readonly Step[] }) {
  const turns = useTurns(run.id, calls);
  return (
    <ol className="mx-auto grid max-w-4xl gap-5 px-4 py-4 sm:px-6">
      {turns.map(({ step, messages, isPartial }) => (
        <li key={`${step.key} ${step.attempt}`} className="grid gap-2">
          <div className="flex items-center justify-between gap-3 text-sm text-fg-3">
            <span className="num truncate">
              {step.model ?? 'Model call'}
              {step.attempt > 1 && `, attempt ${step.attempt}`}
              {step.tokens_input !== null && `, ${plural(step.tokens_input + (step.tokens_output ?? 0), 'token')}`}
            </span>
            <StepLink run={run} stepKey={step.key} />
          </div>
          {messages.length > 0 && <MessageList messages={messages} />}
          {isPartial && (
            <p className="text-sm text-fg-3">Part of this call was not kept: sampled out, or capture is off.</p>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Each call, cut down to what it added to the conversation before it. */
function useTurns(runId: string, calls: readonly Step[]): Turn[] {
  const stored = useStoredValues(
    runId,
    calls.flatMap((step) => [step.in_payload, step.out_payload]),
  );
  let history: Message[] = [];
  return calls.map((step) => {
    const sent = toMessages(resolvePayload(step.in_payload, stored), 'user');
    const answer = toMessages(resolvePayload(step.out_payload, stored), 'assistant');
    const messages = [...newMessages(history, sent), ...answer];
    history = [...sent, ...answer];
    const isPartial = isPartlyAbsent(step.in_payload, stored) || isPartlyAbsent(step.out_payload, stored);
    return { step, messages, isPartial };
  });
}

function NoModelCall() {
  return (
    <Empty title="No model was called">
      <p>Messages appear here when a step of this run calls a model.</p>
    </Empty>
  );
}
