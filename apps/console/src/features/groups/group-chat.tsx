import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { groupMemoryQuery, sendToGroup } from '#console/api/queries/work/board-groups.ts';
import { memoryKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { MentionInput } from '#console/ui/control/mention-input.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { Badge } from '#console/ui/state/badge.tsx';

interface GroupChatProps {
  groupId: string;
  /** Whom one may mention, besides the leads and all. */
  names: readonly string[];
}

/** What is said in a group, and its notes. */
export function GroupChat({ groupId, names }: GroupChatProps) {
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(groupMemoryQuery(groupId));
  const messages = useItems(list.data).toReversed();
  const [isBroadcast, setBroadcast] = useState(false);
  const [isNote, setNote] = useState(false);
  const [round, setRound] = useState(0);
  const send = useMutation({
    mutationFn: (text: string) => sendToGroup(groupId, { content: text, isNote, isBroadcast }),
    onSuccess: async () => {
      setRound(round + 1); // a new, empty field
      await queryClient.invalidateQueries({ queryKey: memoryKeys.group(groupId) });
    },
    onError: (error) => toast.failed(`Not sent: ${toFailure(error).message}`),
  });
  return (
    <Section title="Chat and notes">
      {list.isPending && <SkeletonRows rows={4} />}
      {list.isError && !list.data && (
        <Failed
          what="The chat could not be loaded"
          failure={toFailure(list.error)}
          onRetry={() => void list.refetch()}
          isCompact
        />
      )}
      {list.isSuccess && messages.length === 0 && <p className="mb-3 text-fg-2">Nobody has said anything yet.</p>}
      {list.hasNextPage && (
        <Button isSmall tone="ghost" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Earlier
        </Button>
      )}
      <ol className="mb-3 grid gap-3">
        {messages.map((message) => (
          <li key={message.id} className="grid gap-0.5">
            <p className="flex items-center gap-2 text-sm text-fg-3">
              <span className="font-medium text-fg-2">
                <ForeignText text={message.source ?? 'Somebody'} />
              </span>
              {!message.is_chat && <Badge>note</Badge>}
              {message.tags?.includes('broadcast') && <Badge>to all</Badge>}
              <Ago at={message.created_at} />
            </p>
            <Markdown text={message.content} />
          </li>
        ))}
      </ol>
      <MentionInput
        key={round}
        label="Message"
        names={['lead', 'all', ...names]}
        isBusy={send.isPending}
        onSend={send.mutate}
      />
      <Check
        label="As a note"
        hint="Kept for whoever looks later; no part of the chat."
        isChecked={isNote}
        onChange={setNote}
      />
      <Check
        label="To every agent"
        hint="Otherwise leads hear it, and whom you mention."
        isChecked={isBroadcast}
        onChange={setBroadcast}
      />
    </Section>
  );
}
