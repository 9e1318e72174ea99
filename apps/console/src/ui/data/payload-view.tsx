import { type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatBytes } from '#console/lib/format/numbers.ts';
import { Button } from '../control/button.tsx';
import { Skeleton } from '../feedback/states.tsx';
import { Badge } from '../state/badge.tsx';
import { JsonTree } from './json-tree.tsx';

/** A payload of the telemetry protocol: inline, stored apart under its hash, or absent and why. */
export type PayloadValue =
  | { v: unknown; fid?: Fidelity | undefined }
  | { b: string; size: number; fid?: Fidelity | undefined }
  | { x: 'sampled' | 'dropped' | 'disabled' | 'forbidden'; size?: number | undefined };

type Fidelity = 'exact' | 'redacted' | 'truncated';

const ABSENT = {
  sampled: 'Left out by sampling. Failed runs and runs with violations are always kept whole.',
  dropped: 'Dropped in the process, because its buffer was full.',
  disabled: 'Payloads are not captured in this organization.',
  forbidden: 'You may not read payloads. An admin of the organization can give you that permission.',
};

/** Above this a payload waits for a click. */
const EAGER_BYTES = 256 * 1024;

interface PayloadViewProps {
  payload: PayloadValue;
  label: string;
  /** How a stored payload is read. */
  queryOf: (
    hash: string,
  ) => Pick<UseQueryOptions<unknown, Error, unknown, string[]>, 'queryKey' | 'queryFn' | 'staleTime'>;
}

/** Shows a payload, fetching it only now, and says what was changed or left out. */
export function PayloadView({ payload, label, queryOf }: PayloadViewProps) {
  if ('x' in payload) {
    return (
      <p className="rounded border border-dashed px-3 py-2.5 text-fg-2">
        {ABSENT[payload.x]}
        {payload.size !== undefined && <span className="num text-fg-3"> It had {formatBytes(payload.size)}.</span>}
      </p>
    );
  }
  return (
    <div className="grid gap-1.5">
      {payload.fid && payload.fid !== 'exact' && <FidelityNote fidelity={payload.fid} />}
      {'b' in payload ? (
        <StoredPayload hash={payload.b} size={payload.size} label={label} queryOf={queryOf} />
      ) : (
        <JsonTree value={payload.v} label={label} />
      )}
    </div>
  );
}

function FidelityNote({ fidelity }: { fidelity: Fidelity }) {
  return (
    <p>
      {fidelity === 'redacted' ? (
        <Badge tone="warn" title="Secrets and personal data were replaced before this was stored">
          redacted
        </Badge>
      ) : (
        <Badge tone="warn" title="Too long to keep whole: the head and the tail are shown">
          truncated
        </Badge>
      )}
    </p>
  );
}

interface StoredPayloadProps {
  hash: string;
  size: number;
  label: string;
  queryOf: PayloadViewProps['queryOf'];
}

function StoredPayload({ hash, size, label, queryOf }: StoredPayloadProps) {
  const [isWanted, setWanted] = useState(size <= EAGER_BYTES);
  const { data, error, isPending, refetch } = useQuery({ ...queryOf(hash), enabled: isWanted });
  if (!isWanted) {
    return (
      <div>
        <Button onClick={() => setWanted(true)}>Load {formatBytes(size)}</Button>
      </div>
    );
  }
  if (error) {
    return (
      <p role="alert" className="text-bad">
        {error.message}{' '}
        <button type="button" className="underline" onClick={() => void refetch()}>
          Try again
        </button>
      </p>
    );
  }
  if (isPending) return <Skeleton className="h-16 w-full" />;
  return <JsonTree value={data} label={label} />;
}
