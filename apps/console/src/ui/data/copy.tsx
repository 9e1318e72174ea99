import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { shortenMiddle } from '#console/lib/format/numbers.ts';
import { cx } from '../class-names.ts';
import { toast } from '../overlay/toast.tsx';

const SHOWN_MS = 1_200;

function useCopy(text: string) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () =>
    copyText(text).then(
      () => setCopied(true),
      () => toast.failed('The browser did not allow copying. Select the text and copy it by hand.'),
    );
  return { isCopied, copy };
}

/** Copies text; over plain http, where browsers offer no clipboard, by way of a selection. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  if (!isDone) throw new Error('copy refused');
}

interface CopyButtonProps {
  text: string;
  label?: string;
  className?: string;
}

/** Copies a text to the clipboard. */
export function CopyButton({ text, label = 'Copy', className }: CopyButtonProps) {
  const { isCopied, copy } = useCopy(text);
  const Icon = isCopied ? Check : Copy;
  return (
    <button
      type="button"
      aria-label={label}
      title={isCopied ? 'Copied' : label}
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
      className={cx(
        'inline-flex size-6 shrink-0 items-center justify-center rounded text-fg-3 hover:bg-sunken hover:text-fg',
        className,
      )}
    >
      <Icon aria-hidden size={13} className={isCopied ? 'text-ok' : undefined} />
    </button>
  );
}

/** An identifier: mono, shortened in the middle, copied by a click. */
export function Identifier({ id, isWhole = false, className }: { id: string; isWhole?: boolean; className?: string }) {
  const { isCopied, copy } = useCopy(id);
  return (
    <button
      type="button"
      title={isCopied ? 'Copied' : `${id}\nClick to copy`}
      onClick={(event) => {
        event.stopPropagation();
        event.preventDefault();
        void copy();
      }}
      className={cx(
        'rounded-sm text-left font-mono text-[0.92em] break-all hover:text-accent',
        isCopied ? 'text-ok' : 'text-fg-2',
        className,
      )}
    >
      {isWhole ? id : shortenMiddle(id)}
    </button>
  );
}

/** Lines to paste into a terminal or a file. */
export function Snippet({ code, label }: { code: string; label: string }) {
  return (
    <figure className="relative w-full overflow-hidden rounded border bg-sunken text-left">
      <figcaption className="flex h-8 items-center justify-between border-b pr-1 pl-3 text-sm text-fg-3">
        {label}
        <CopyButton text={code} label={`Copy: ${label}`} />
      </figcaption>
      <pre className="overflow-x-auto px-3 py-2.5 font-mono text-sm leading-5 text-fg">{code}</pre>
    </figure>
  );
}
