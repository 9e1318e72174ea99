import { CopyButton } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';

interface ExceptionViewProps {
  type: string | null;
  message: string | null;
  stack: string | null;
  /** Where the stack says little: a refusal is thrown by the SDK itself. */
  isStackFolded?: boolean;
}

/** An exception as it was thrown, with its stack. */
export function ExceptionView({ type, message, stack, isStackFolded = false }: ExceptionViewProps) {
  return (
    <div className="overflow-hidden rounded border border-bad/40">
      <div className="flex items-start gap-2 bg-bad-soft px-3 py-2">
        <p className="min-w-0 flex-1 break-words text-bad">
          {type !== null && (
            <span className="font-medium">
              <ForeignText text={type} />
              {message !== null && ': '}
            </span>
          )}
          {message !== null && <ForeignText text={message} />}
        </p>
        <CopyButton
          text={[`${type ?? 'Error'}: ${message ?? ''}`, stack].filter(Boolean).join('\n')}
          label="Copy the exception"
        />
      </div>
      {stack !== null && (
        <details open={!isStackFolded}>
          <summary className="px-3 py-1.5 text-sm text-fg-3 select-none hover:text-fg">Stack</summary>
          <pre className="max-h-64 overflow-auto px-3 pb-2 font-mono text-xs leading-[1.125rem] text-fg-2">
            <ForeignText text={stack} />
          </pre>
        </details>
      )}
    </div>
  );
}
