import { useNow } from '#console/lib/browser/clock.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Elapsed } from '#console/ui/data/time.tsx';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { SILENT_MS } from './stage.ts';

interface WaysOnProps {
  isBusy: boolean;
  onResend: () => void;
  onByHand: () => void;
}

/** The agent's turn. When it has been silent too long there are ways on. */
export function AgentsTurn({ sinceMs, ...ways }: WaysOnProps & { sinceMs: number }) {
  const isSilent = useNow() - sinceMs > SILENT_MS;
  if (isSilent)
    return <Stuck message="The agent has not answered for two minutes." code="onboarding.agent_silent" {...ways} />;
  return (
    <div className="grid justify-items-center gap-2 py-10 text-center">
      <span role="status">
        <MarkedWord look={{ tone: 'run', shape: 'target', word: 'The agent is thinking' }} className="text-lg" />
      </span>
      <p className="num text-fg-3">
        for <Elapsed startedAt={new Date(sinceMs).toISOString()} durUs={null} isRunning />
      </p>
      <p className="max-w-sm text-fg-2">Its next question comes here by itself. You may close this and come back.</p>
    </div>
  );
}

/** The agent was not reached, or says nothing. */
export function Stuck({ message, code, isBusy, onResend, onByHand }: WaysOnProps & { message: string; code: string }) {
  return (
    <div role="alert" className="grid gap-3 py-4">
      <p className="flex items-start gap-2">
        <Mark look={{ tone: 'warn', shape: 'half', word: 'Waiting' }} className="mt-[5px]" />
        <span className="min-w-0 break-words">
          <ForeignText text={message} />
        </span>
      </p>
      <code className="font-mono text-sm text-fg-3">{code}</code>
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" isBusy={isBusy} onClick={onResend}>
          Send it again
        </Button>
        <Button onClick={onByHand}>Fill in the goal by hand</Button>
      </div>
    </div>
  );
}
