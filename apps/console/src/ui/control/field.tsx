import { Search, X } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes, useId } from 'react';
import { cx } from '../class-names.ts';

const inputClass =
  'w-full rounded border border-line-strong bg-surface px-2.5 text-fg aria-invalid:border-bad pointer-coarse:text-[1rem]';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: (ids: { id: string; 'aria-describedby': string; 'aria-invalid': boolean | undefined }) => ReactNode;
}

/** A labelled control with its hint and its error. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': `${id}-note`, 'aria-invalid': error ? true : undefined })}
      <p
        id={`${id}-note`}
        role={error ? 'alert' : undefined}
        className={cx('text-sm', error ? 'text-bad' : 'text-fg-3')}
      >
        {error ?? hint}
      </p>
    </div>
  );
}

/** A single line of text. */
export function TextInput({
  className,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input autoComplete="off" spellCheck={false} className={cx(inputClass, 'touch h-8', className)} {...rest} />;
}

/** Several lines of text. */
export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea className={cx(inputClass, 'min-h-20 py-1.5', className)} {...rest} />;
}

interface SearchInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

/** A filter by text. `/` reaches it from anywhere on the page. */
export function SearchInput({ label, value, onChange, className }: SearchInputProps) {
  return (
    <div className={cx('relative', className)}>
      <Search aria-hidden size={14} className="pointer-events-none absolute inset-y-0 left-2.5 my-auto text-fg-3" />
      <input
        type="search"
        data-page-search
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        className={cx(inputClass, 'touch h-7 pr-7 pl-8')}
      />
      {value !== '' && (
        <button
          type="button"
          aria-label="Clear"
          onClick={() => onChange('')}
          className="absolute inset-y-0 right-0 flex w-7 items-center justify-center text-fg-3 hover:text-fg"
        >
          <X aria-hidden size={13} />
        </button>
      )}
    </div>
  );
}
