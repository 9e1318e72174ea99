import { Wrench } from 'lucide-react';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import type { Message, ToolCall } from './messages.ts';

/** Messages in order, each with who said it. */
export function MessageList({ messages, isNarrow = false }: { messages: readonly Message[]; isNarrow?: boolean }) {
  return (
    <Panel>
      {messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the messages of one recorded call never move
        <MessageView key={index} message={message} isNarrow={isNarrow} />
      ))}
    </Panel>
  );
}

function MessageView({ message, isNarrow }: { message: Message; isNarrow: boolean }) {
  const { role, reasoning, content, toolCalls } = message;
  const isAnswer = role === 'assistant';
  const hasContent = content !== '' && content !== null && content !== undefined;
  return (
    <div
      className={cx(
        'grid gap-x-4 gap-y-1 border-b px-4 py-3 last:border-b-0',
        !isNarrow && 'sm:grid-cols-[5rem_minmax(0,1fr)]',
        isAnswer && 'bg-bg',
      )}
    >
      <p className={cx('text-sm leading-5', isAnswer ? 'font-medium text-accent' : 'text-fg-3')}>
        <ForeignText text={role} />
      </p>
      <div className="grid min-w-0 gap-2">
        {reasoning !== '' && (
          <p className="max-w-[75ch] border-l-2 border-line-strong pl-3 leading-[1.375rem] break-words whitespace-pre-wrap text-fg-2">
            <ForeignText text={reasoning} />
          </p>
        )}
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
    <p className="max-h-[32rem] max-w-[75ch] overflow-y-auto leading-[1.375rem] break-words whitespace-pre-wrap">
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
