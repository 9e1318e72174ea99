import { type FormEvent, useId, useState } from 'react';
import type { OnboardingAnswer } from '#console/api/queries/work/onboarding.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { isFree, QUESTIONS, type Question } from './stage.ts';

interface QuestionFormProps {
  question: Question & { number: number };
  isBusy: boolean;
  error: string | undefined;
  onAnswer: (answer: OnboardingAnswer) => void;
}

/** One question of the agent: its options, and room for one's own words where an option asks for them. */
export function QuestionForm({ question, isBusy, error, onAnswer }: QuestionFormProps) {
  const [chosenId, setChosenId] = useState<string>();
  const [words, setWords] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const chosen = question.options.find(({ id }) => id === chosenId);
  const isInWords = chosen !== undefined && isFree(chosen);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!chosen) return setComplaint('Choose an answer.');
    if (isInWords && words.trim() === '') return setComplaint('Write your answer.');
    setComplaint(undefined);
    onAnswer({ answer: chosen.label, other_text: isInWords ? words.trim() : null });
  };
  const problem = complaint ?? error;
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Progress number={question.number} />
      <Options question={question} chosenId={chosenId} onChoose={setChosenId} />
      {isInWords && (
        <Field label="Your answer">
          {(ids) => (
            <TextArea {...ids} maxLength={20_000} value={words} onChange={(event) => setWords(event.target.value)} />
          )}
        </Field>
      )}
      {problem && (
        <p role="alert" className="text-bad">
          {problem}
        </p>
      )}
      <div>
        <Button type="submit" tone="primary" isBusy={isBusy}>
          {isBusy ? 'Sending…' : 'Answer'}
        </Button>
      </div>
    </form>
  );
}

/** A question comes by itself into an open dialog: whoever answers by keyboard is at its first option. */
const takeFocus = (input: HTMLInputElement | null) => input?.focus();

function Options({
  question: { question, options },
  chosenId,
  onChoose,
}: {
  question: Question;
  chosenId: string | undefined;
  onChoose: (id: string) => void;
}) {
  const name = useId();
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-3 text-lg font-medium whitespace-pre-wrap">
        <ForeignText text={question} />
      </legend>
      {options.map(({ id, label }, index) => (
        <label
          key={id}
          className="touch flex items-start gap-2.5 rounded border px-3 py-2 hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={name}
            ref={index === 0 ? takeFocus : undefined}
            className="mt-0.5 size-4 shrink-0"
            checked={id === chosenId}
            onChange={() => onChoose(id)}
          />
          <span className="min-w-0 break-words">
            <ForeignText text={label} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** How far it is: the agent asks as many questions as it needs, within a span. */
function Progress({ number }: { number: number }) {
  return (
    <div className="grid gap-1.5">
      <p className="num text-sm text-fg-3">
        Question {number} of about {QUESTIONS.from} to {QUESTIONS.to}
      </p>
      <progress
        aria-label="Questions answered"
        max={QUESTIONS.to}
        value={Math.min(number - 1, QUESTIONS.to)}
        className="h-1 w-full overflow-hidden rounded-full [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      />
    </div>
  );
}
