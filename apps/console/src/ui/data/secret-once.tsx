import { Badge } from '../state/badge.tsx';
import { CopyButton } from './copy.tsx';

/** A secret that was just made. It cannot be shown again. */
export function SecretOnce({ secret, label }: { secret: string; label: string }) {
  return (
    <div className="grid gap-2">
      <p className="flex flex-wrap items-center gap-2">
        Copy it now. <Badge tone="warn">shown only once</Badge>
      </p>
      <p className="flex items-center gap-1 rounded border border-line-strong bg-bg py-1 pr-1 pl-3">
        <code data-secret className="min-w-0 flex-1 font-mono break-all">
          {secret}
        </code>
        <CopyButton text={secret} label={label} />
      </p>
    </div>
  );
}
