import type { GatewayCheck } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { Identifier, Snippet } from '#console/ui/data/copy.tsx';
import { Facts } from '#console/ui/layout/page.tsx';
import { Mark } from '#console/ui/state/mark.tsx';

interface PairingStepsProps {
  pairing: NonNullable<GatewayCheck['pairing']>;
  isWaiting: boolean;
}

/** How somebody at the gateway lets this server in. */
export function PairingSteps({ pairing: { request_id, device_id }, isWaiting }: PairingStepsProps) {
  return (
    <div className="grid gap-3">
      <p className="font-medium">The gateway wants somebody to approve this server</p>
      <Facts
        facts={[
          ['Request', request_id === null ? NONE : <Identifier key="request" id={request_id} isWhole />],
          ['Device', <Identifier key="device" id={device_id} isWhole />],
        ]}
      />
      <Snippet
        label="On the gateway's host"
        code={request_id === null ? 'openclaw devices list' : `openclaw devices approve ${request_id}`}
      />
      {isWaiting && (
        <p className="flex items-center gap-2.5 text-fg-2">
          <Mark look={{ tone: 'run', shape: 'target', word: 'Waiting' }} />
          Waiting for the approval. The check goes on by itself.
        </p>
      )}
    </div>
  );
}
