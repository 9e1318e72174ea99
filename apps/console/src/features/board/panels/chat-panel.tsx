import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { BoardSnapshot } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { sendChat } from '#console/api/queries/work/memory.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { MentionInput } from '#console/ui/control/mention-input.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { useOlderChat } from './use-older-chat.ts';

/** What people and agents of the board say to each other. */
export function ChatPanel({ snapshot }: { snapshot: BoardSnapshot }) {
  const end = useRef<HTMLDivElement>(null);
  const { chat_messages: messages, agents, board } = snapshot;
  const { hasOlder, isLoading, loadOlder } = useOlderChat(snapshot);
  const last = messages.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is what scrolls
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [last]);
  return (
    <div className="grid gap-3 px-5 py-4">
      {messages.length === 0 && (
        <p className="text-fg-2">
          Nothing was said yet. The lead hears every message, others when you mention them with @. <code>/pause</code>{' '}
          stops all agents of the board, <code>/resume</code> lets them go on.
        </p>
      )}
      {hasOlder && (
        <Button tone="ghost" isBusy={isLoading} onClick={loadOlder}>
          Older messages
        </Button>
      )}
      <ol className="grid gap-3">
        {messages.map((message) => (
          <li key={message.id} className="grid gap-0.5">
            <p className="flex items-center gap-2 text-sm text-fg-3">
              <span className="font-medium text-fg-2">
                <ForeignText text={message.source ?? 'Somebody'} />
              </span>
              <Ago at={message.created_at} />
            </p>
            <Markdown text={message.content} />
          </li>
        ))}
      </ol>
      <NewMessage boardId={board.id} names={['lead', ...agents.map(({ name }) => name)]} />
      <div ref={end} />
    </div>
  );
}

function NewMessage({ boardId, names }: { boardId: string; names: readonly string[] }) {
  const queryClient = useQueryClient();
  const [round, setRound] = useState(0);
  const send = useMutation({
    mutationFn: (text: string) => sendChat(boardId, text),
    onSuccess: async () => {
      setRound(round + 1); // a new, empty field
      await queryClient.invalidateQueries({ queryKey: boardKeys.snapshot(boardId) });
    },
    onError: (error) => toast.failed(`Not sent: ${toFailure(error).message}`),
  });
  return <MentionInput key={round} label="Message" names={names} isBusy={send.isPending} onSend={send.mutate} />;
}
