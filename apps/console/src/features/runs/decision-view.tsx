import type { RunEvent } from '#console/api/contract.ts';
import { payloadQuery } from '#console/api/queries/fleet/runs.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { PayloadView } from '#console/ui/data/payload-view.tsx';
import { MatchedRules } from '#console/ui/rule/matched-rules.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { enforcementLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { payloadField, textField } from './event-fields.ts';

/** A policy decision: what was decided, by which rule, about which arguments. */
export function DecisionView({ runId, event }: { runId: string; event: RunEvent }) {
  const enforcement = textField(event, 'enforcement') ?? 'none';
  const look =
    enforcement in enforcementLooks
      ? enforcementLooks[enforcement as keyof typeof enforcementLooks]
      : enforcementLooks.none;
  const args = payloadField(event, 'args_view');
  const matched = event.body.matched;
  return (
    <div className="grid gap-2 rounded border bg-bg p-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <MarkedWord look={look} className="font-medium" />
        <span className="text-fg-2">
          <ForeignText text={textField(event, 'tool') ?? ''} />
        </span>
        {textField(event, 'mode') === 'monitor' && (
          <Badge title="The rule only watches; it does not stop">monitor</Badge>
        )}
        {event.body.degraded === true && (
          <Badge tone="warn" title="The process decided without a fresh bundle">
            degraded
          </Badge>
        )}
      </p>
      <p className="text-sm text-fg-3">
        Rule{' '}
        <code className="font-mono text-fg-2">
          <ForeignText text={textField(event, 'rule') ?? 'none'} />
        </code>
      </p>
      {textField(event, 'explanation') !== undefined && (
        <p className="text-fg-2">
          <ForeignText text={textField(event, 'explanation') ?? ''} />
        </p>
      )}
      {Array.isArray(matched) && matched.length > 1 && <MatchedRules matched={matched} />}
      {args && <PayloadView payload={args} label="Arguments" queryOf={(hash) => payloadQuery(runId, hash)} />}
    </div>
  );
}
