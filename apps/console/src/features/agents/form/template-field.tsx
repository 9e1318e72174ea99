import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { previewTemplate } from '#console/api/queries/fleet/agents.ts';
import { Button } from '#console/ui/control/button.tsx';
import { TextArea } from '#console/ui/control/field.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';

interface TemplateFieldProps {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}

/** A Liquid template with a look at what it renders to, or the line that it cannot. */
export function TemplateField({ label, hint, value, onChange }: TemplateFieldProps) {
  const id = useId();
  const preview = useMutation({ mutationFn: () => previewTemplate(value) });
  const change = (text: string) => {
    preview.reset();
    onChange(text);
  };
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <TextArea
        id={id}
        aria-describedby={`${id}-note`}
        aria-invalid={preview.isError || undefined}
        className="min-h-32 font-mono text-sm"
        spellCheck={false}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
      <p id={`${id}-note`} className="text-sm text-fg-3">
        {hint}
      </p>
      <div>
        <Button isSmall isBusy={preview.isPending} disabled={value.trim() === ''} onClick={() => preview.mutate()}>
          Preview
        </Button>
      </div>
      {preview.error && (
        <p role="alert" className="text-sm break-words text-bad">
          {toFailure(preview.error).message}
        </p>
      )}
      {preview.data && (
        <pre
          role="status"
          className="max-h-64 overflow-auto rounded border bg-sunken px-3 py-2 font-mono text-sm break-words whitespace-pre-wrap"
        >
          <ForeignText text={preview.data.text || '(nothing)'} />
        </pre>
      )}
    </div>
  );
}
