import { type FormEvent, useState } from 'react';
import type { OnboardingAnswer } from '#console/api/queries/work/onboarding.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { Section } from '#console/ui/layout/page.tsx';

interface MoreContextProps {
  isBusy: boolean;
  error: string | undefined;
  onAnswer: (answer: OnboardingAnswer) => void;
}

/** What else the agent should know; it drafts anew. */
export function MoreContext({ isBusy, error, onAnswer }: MoreContextProps) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') onAnswer({ answer: text.trim() });
  };
  return (
    <Section title="Or let the agent draft it anew" className="mt-5 border-t pt-2">
      <form onSubmit={submit} noValidate className="grid gap-3">
        <Field
          label="What else it should know"
          hint="A new draft replaces this one, with what you changed above."
          error={error}
        >
          {(ids) => (
            <TextArea {...ids} maxLength={20_000} value={text} onChange={(event) => setText(event.target.value)} />
          )}
        </Field>
        <div>
          <Button type="submit" isBusy={isBusy} disabled={text.trim() === ''}>
            Ask for a new draft
          </Button>
        </div>
      </form>
    </Section>
  );
}
