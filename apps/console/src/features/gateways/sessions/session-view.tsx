import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { sendToSession, sessionHistoryQuery, sessionLiveQuery } from '#console/api/queries/gateways/sessions.ts';
import { gatewayKeys } from '#console/api/queries/work-keys.ts';
import { MentionInput } from '#console/ui/control/mention-input.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { runLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import type { SessionLine } from './sessions.ts';
import { toEntries } from './transcript.ts';
import { TranscriptEntry } from './transcript-entry.tsx';

interface SessionViewProps {
  gatewayId: string;
  session: SessionLine;
  agentName: string;
}

/** One session as it goes on, and a line to write into it. */
export function SessionView({ gatewayId, session, agentName }: SessionViewProps) {
  const { data, error, isPending, refetch } = useQuery(sessionHistoryQuery(gatewayId, session.key));
  const live = useQuery(sessionLiveQuery(gatewayId, session.key)).data;
  const entries = useMemo(() => toEntries(data ?? []), [data]);
  const end = useRef<HTMLDivElement>(null);
  const last = entries.at(-1)?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message, or more of one, is what scrolls
  useEffect(() => void end.current?.scrollIntoView({ block: 'nearest' }), [last, live?.text]);
  return (
    <section aria-label={`Session of ${agentName}`} className="flex min-w-0 flex-col lg:border-l">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 sm:px-6">
        <Link
          to="/gateways/$gatewayId/sessions"
          params={{ gatewayId }}
          search={{}}
          className="touch inline-flex items-center gap-1.5 text-fg-2 hover:text-fg lg:hidden"
        >
          <ArrowLeft aria-hidden size={14} />
          Sessions
        </Link>
        <h2 className="font-semibold">
          <ForeignText text={agentName} />
        </h2>
        {session.isRunning && <MarkedWord look={runLooks.running} />}
        <span className="min-w-0 sm:ml-auto">
          <Identifier id={session.key} />
        </span>
      </header>
      <div className="grid content-start gap-4 px-4 py-4 sm:px-6">
        {isPending && <SkeletonRows rows={5} />}
        {error && !data && (
          <Failed
            what="The session could not be read"
            failure={toFailure(error)}
            onRetry={() => void refetch()}
            isCompact
          />
        )}
        {data && entries.length === 0 && <p className="text-fg-2">Nothing was said yet.</p>}
        <ol className="grid gap-4">
          {entries.map((entry) => (
            <TranscriptEntry key={entry.key} entry={entry} agentName={agentName} />
          ))}
        </ol>
        {live && live.text !== '' && <BeingWritten text={live.text} agentName={agentName} />}
        <NewMessage gatewayId={gatewayId} sessionKey={session.key} />
        <div ref={end} />
      </div>
    </section>
  );
}

/** The answer as far as the model has got; its place in the history follows. */
function BeingWritten({ text, agentName }: { text: string; agentName: string }) {
  return (
    <div className="grid gap-1" aria-busy>
      <p className="flex items-center gap-2 text-sm text-fg-3">
        <span className="font-medium text-fg-2">
          <ForeignText text={agentName} />
        </span>
        is writing
      </p>
      <Markdown text={text} />
    </div>
  );
}

function NewMessage({ gatewayId, sessionKey }: { gatewayId: string; sessionKey: string }) {
  const queryClient = useQueryClient();
  const [round, setRound] = useState(0);
  const [typed, setTyped] = useState('');
  const send = useMutation({
    mutationFn: (text: string) => {
      setTyped(text);
      return sendToSession(gatewayId, sessionKey, text);
    },
    onSuccess: async () => {
      setTyped('');
      setRound((old) => old + 1); // a new, empty field
      await queryClient.invalidateQueries({ queryKey: gatewayKeys.history(gatewayId, sessionKey) });
    },
  });
  return (
    <div className="grid gap-1">
      <MentionInput
        key={round}
        label="Message to the agent"
        names={[]}
        initial={typed}
        isBusy={send.isPending}
        onSend={send.mutate}
      />
      {send.error && (
        <p role="alert" className="text-bad">
          Not sent: {toFailure(send.error).message}
        </p>
      )}
    </div>
  );
}
