import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { Wrench } from 'lucide-react';
import type { Payload, RunDetail, Step } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { payloadQuery, stepsQuery } from '#console/api/queries/runs.ts';
import { plural } from '#console/lib/format.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { type Message, newMessages, type ToolCall, toMessages } from './messages.ts';
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
  /** Why a part is not shown. */
  absent: boolean;
}

function Conversation({ run, calls }: { run: RunDetail; calls: readonly Step[] }) {
  const turns = useTurns(run.id, calls);
  return (
    <ol className="mx-auto grid max-w-4xl gap-5 px-4 py-4 sm:px-6">
      {turns.map(({ step, messages, absent }) => (
        <li key={`${step.key} ${step.attempt}`} className="grid gap-2">
          <div className="flex items-center justify-between gap-3 text-sm text-fg-3">
            <span className="num truncate">
              {step.model ?? 'Model call'}
              {step.attempt > 1 && `, attempt ${step.attempt}`}
              {step.tokens_input !== null && `, ${plural(step.tokens_input + (step.tokens_output ?? 0), 'token')}`}
            </span>
            <StepLink run={run} stepKey={step.key} />
          </div>
          {messages.length > 0 && (
            <Panel>
              {messages.map((message, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the messages of one recorded call never move
                <MessageView key={index} message={message} />
              ))}
            </Panel>
          )}
          {absent && <p className="text-sm text-fg-3">Part of this call was not kept: sampling, or capture is off.</p>}
        </li>
      ))}
    </ol>
  );
}

/** Fetches what is stored apart and cuts each call down to what it added. */
function useTurns(runId: string, calls: readonly Step[]): Turn[] {
  const payloads = calls.flatMap((step) => [step.in_payload, step.out_payload]);
  const hashes = [...new Set(payloads.flatMap((payload) => (payload && 'b' in payload ? [payload.b] : [])))];
  const results = useQueries({ queries: hashes.map((hash) => payloadQuery(runId, hash)) });
  const stored = new Map(hashes.map((hash, index) => [hash, results[index]?.data]));
  const readPayload = (payload: Payload | null) =>
    payload === null || 'x' in payload ? undefined : 'v' in payload ? payload.v : stored.get(payload.b);
  let history: Message[] = [];
  return calls.map((step) => {
    const sent = toMessages(readPayload(step.in_payload), 'user');
    const added = newMessages(history, sent);
    const answer = toMessages(readPayload(step.out_payload), 'assistant');
    history = [...sent, ...answer];
    const absent = [step.in_payload, step.out_payload].some((payload) => payload !== null && 'x' in payload);
    return { step, messages: [...added, ...answer], absent };
  });
}

function MessageView({ message }: { message: Message }) {
  const { role, content, toolCalls } = message;
  const hasContent = content !== '' && content !== null && content !== undefined;
  return (
    <div
      className={cx(
        'grid gap-x-4 gap-y-1 border-b px-4 py-3 last:border-b-0 sm:grid-cols-[5rem_minmax(0,1fr)]',
        role === 'assistant' && 'bg-bg',
      )}
    >
      <p className={cx('text-sm leading-5', role === 'assistant' ? 'font-medium text-accent' : 'text-fg-3')}>
        <ForeignText text={role} />
      </p>
      <div className="grid min-w-0 gap-2">
        {hasContent && <Content content={content} />}
        {toolCalls.map((call) => (
          <ToolCallView key={JSON.stringify(call)} call={call} />
        ))}
      </div>
    </div>
  );
}

function Content({ content }: { content: unknown }) {
  if (typeof content !== 'string') return <JsonTree value={content} label="Message" />;
  return (
    <p className="max-w-[75ch] leading-[1.375rem] break-words whitespace-pre-wrap">
      <ForeignText text={content} />
    </p>
  );
}

function ToolCallView({ call }: { call: ToolCall }) {
  return (
    <div className="grid gap-1">
      <p className="flex items-center gap-2">
        <Wrench aria-hidden size={13} className="text-fg-3" />
        <span className="sr-only">Calls</span>
        <span className="font-mono text-sm font-medium">
          <ForeignText text={call.name} />
        </span>
      </p>
      {call.args !== undefined && <JsonTree value={call.args} label={`Arguments of ${call.name}`} />}
    </div>
  );
}

function NoModelCall() {
  return (
    <Empty title="No model was called">
      <p>Messages appear here when a step of this run calls a model.</p>
    </Empty>
  );
}
