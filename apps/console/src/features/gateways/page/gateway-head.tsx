import { useQuery } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Gateway } from '#console/api/contract.ts';
import { gatewayStatusQuery } from '#console/api/queries/gateways/gateways.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { gatewayLooks } from '#console/ui/state/looks.ts';
import { Mark, StatePill } from '#console/ui/state/mark.tsx';
import { Tinted } from '#console/ui/table/tinted.tsx';
import { whyApprovalsFail } from './abilities.ts';
import { DeleteDialog } from './delete-dialog.tsx';

/** Name, state as it is now, and what one can do. */
export function GatewayHead({ gateway }: { gateway: Gateway }) {
  const [isDeleting, setDeleting] = useState(false);
  const { id, name, url, status, server_version, protocol, last_connected_at, last_error } = gateway;
  return (
    <PageHead
      title={<ForeignText text={name} />}
      aside={
        <>
          <Tinted value={status}>
            <StatePill look={gatewayLooks[status]} />
          </Tinted>
          {gateway.allow_insecure_tls && (
            <Badge tone="warn" title="Whoever stands between can read and change everything">
              any certificate accepted
            </Badge>
          )}
        </>
      }
      actions={
        <>
          <LinkButton to="/gateways/$gatewayId/edit" params={{ gatewayId: id }} icon={Pencil}>
            Edit
          </LinkButton>
          <Button tone="danger" icon={Trash2} onClick={() => setDeleting(true)}>
            Delete
          </Button>
        </>
      }
    >
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-fg-2">
        <span className="font-mono text-sm break-all">{url}</span>
        {server_version && (
          <span>
            OpenClaw <ForeignText text={server_version} />
          </span>
        )}
        {protocol !== null && <span className="num">protocol {protocol}</span>}
        <span>
          last connected <Ago at={last_connected_at} />
        </span>
      </p>
      {last_error && (
        <p className="break-words">
          <ForeignText text={last_error.message} />{' '}
          <code className="font-mono text-sm text-bad">{last_error.code}</code>{' '}
          <Ago at={last_error.at} className="text-sm text-fg-3" />
        </p>
      )}
      <ApprovalsWarning gateway={gateway} />
      {isDeleting && <DeleteDialog gateway={gateway} onClose={() => setDeleting(false)} />}
    </PageHead>
  );
}

function ApprovalsWarning({ gateway: { status, url } }: { gateway: Gateway }) {
  const { data } = useQuery({ ...gatewayStatusQuery(url), enabled: status === 'connected' });
  const why = whyApprovalsFail(status, data?.connected ? data.scopes : undefined);
  if (why === undefined) return null;
  return (
    <p role="status" className="flex items-baseline gap-2.5 rounded border border-warn bg-warn-soft px-3 py-2">
      <Mark look={{ tone: 'warn', shape: 'half', word: 'Warning' }} label="Warning" />
      {why}
    </p>
  );
}
