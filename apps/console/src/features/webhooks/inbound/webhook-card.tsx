import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BoardWebhook } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteWebhook } from '#console/api/queries/govern/webhooks.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { NONE, plural } from '#console/lib/format/numbers.ts';
import { formatExact } from '#console/lib/format/time.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Identifier, Snippet } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts, Panel } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { StatePill } from '#console/ui/state/mark.tsx';
import { toCurl, toEndpoint } from './curl.ts';
import { RotateDialog } from './edit/rotate-dialog.tsx';
import type { WebhookAgent } from './edit/webhook-values.ts';

const ON = { tone: 'ok', shape: 'dot', word: 'Takes calls' } as const;
const OFF = { tone: 'idle', shape: 'ring', word: 'Off' } as const;

interface WebhookCardProps {
  webhook: BoardWebhook;
  agents: readonly WebhookAgent[];
  onEdit: () => void;
}

/** One address of a board, how to call it, and what came of it. */
export function WebhookCard({ webhook, agents, onEdit }: WebhookCardProps) {
  const [dialog, setDialog] = useState<'rotate' | 'delete'>();
  const close = () => setDialog(undefined);
  const params = { boardId: webhook.board_id, webhookId: webhook.id };
  return (
    <Panel className="grid grid-cols-1 gap-3 px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <p className="line-clamp-3 min-w-0 flex-1 basis-60 break-words">
          <ForeignText text={webhook.description} />
        </p>
        <StatePill look={webhook.enabled ? ON : OFF} />
      </div>
      <WebhookFacts webhook={webhook} agents={agents} />
      <details className="group">
        <summary className="touch cursor-pointer text-accent">How to call it</summary>
        <div className="mt-2">
          <Snippet label="Shell" code={toCurl(webhook)} />
        </div>
      </details>
      <div className="flex flex-wrap gap-2">
        <LinkButton to="/boards/$boardId/webhooks/$webhookId/payloads" params={params} search={{}}>
          Calls and deliveries
        </LinkButton>
        <Button onClick={onEdit}>Edit</Button>
        <Button onClick={() => setDialog('rotate')}>
          {webhook.has_secret ? 'Rotate the secret' : 'Make a secret'}
        </Button>
        <Button tone="danger" onClick={() => setDialog('delete')}>
          Delete
        </Button>
      </div>
      {dialog === 'rotate' && <RotateDialog webhook={webhook} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog webhook={webhook} onClose={close} />}
    </Panel>
  );
}

function WebhookFacts({ webhook, agents }: { webhook: BoardWebhook; agents: readonly WebhookAgent[] }) {
  const agent = agents.find(({ id }) => id === webhook.agent_id)?.name;
  const failed = webhook.failed_deliveries;
  return (
    <Facts
      facts={[
        ['Address', <Identifier key="url" id={toEndpoint(webhook)} isWhole />],
        [
          'Tells',
          webhook.agent_id === null ? 'the lead' : <ForeignText key="agent" text={agent ?? webhook.agent_id} />,
        ],
        ['Signature', <Signature key="signature" webhook={webhook} />],
        ['Last call', webhook.last_received_at === null ? NONE : <Ago key="last" at={webhook.last_received_at} />],
        [
          'Given up',
          failed === 0 ? (
            NONE
          ) : (
            <span key="failed" className="text-bad">
              {plural(failed, 'delivery', 'deliveries')}
            </span>
          ),
        ],
      ]}
    />
  );
}

function Signature({ webhook }: { webhook: BoardWebhook }) {
  if (!webhook.has_secret) return <span className="text-warn">none: anyone who knows the address may call</span>;
  const until = webhook.previous_secret_valid_until;
  return (
    <>
      in <code className="font-mono text-sm">{webhook.signature_header ?? 'X-Hub-Signature-256'}</code>
      {until && Date.parse(until) > Date.now() && (
        <span className="text-fg-3" title={formatExact(Date.parse(until))}>
          ; the old secret is good until {new Date(until).toLocaleString()}
        </span>
      )}
    </>
  );
}

function DeleteDialog({ webhook, onClose }: { webhook: BoardWebhook; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteWebhook(webhook.board_id, webhook.id),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: boardKeys.webhooks(webhook.board_id) });
    },
  });
  return (
    <ConfirmDialog
      title="Delete the webhook"
      action="Delete it"
      isBusy={remove.isPending}
      error={remove.error ? toFailure(remove.error).message : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>Its address stops answering at once, and the calls that were kept go with it.</p>
    </ConfirmDialog>
  );
}
