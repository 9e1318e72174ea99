import { type KeyboardEvent, useId, useState } from 'react';
import { completeMention, suggestMentions, typedMention } from '#console/lib/mentions.ts';
import { cx } from '../class-names.ts';
import { Button } from './button.tsx';
import { TextArea } from './field.tsx';

interface MentionInputProps {
  label: string;
  /** Whom one may mention; the first word of a name mentions it. */
  names: readonly string[];
  initial?: string;
  isBusy: boolean;
  onSend: (text: string) => void;
}

/** A message: Enter sends it, Shift+Enter begins a line, `@` suggests whom to mention. */
export function MentionInput({ label, names, initial = '', isBusy, onSend }: MentionInputProps) {
  const id = useId();
  const [text, setText] = useState(initial);
  const [chosen, setChosen] = useState(0);
  const typed = typedMention(text);
  const suggested = typed === undefined ? [] : suggestMentions(names, typed);
  const send = () => {
    if (text.trim() !== '' && !isBusy) onSend(text.trim());
  };
  const complete = (word: string) => {
    setText(completeMention(text, word));
    setChosen(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const word = suggested[chosen];
    if (word !== undefined && (event.key === 'Tab' || event.key === 'Enter') && typed !== '') {
      event.preventDefault();
      complete(word);
    } else if (word !== undefined && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const by = event.key === 'ArrowDown' ? 1 : suggested.length - 1;
      setChosen((chosen + by) % suggested.length);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <TextArea
        id={id}
        className="min-h-16"
        placeholder={`${label}… Enter sends, Shift+Enter begins a line`}
        maxLength={100_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="flex min-h-7 flex-wrap items-center gap-1.5">
        {suggested.map((word, index) => (
          <button
            key={word}
            type="button"
            onClick={() => complete(word)}
            className={cx(
              'touch rounded border px-1.5 text-sm',
              index === chosen ? 'border-accent text-accent' : 'text-fg-2',
            )}
          >
            @{word}
          </button>
        ))}
        <Button className="ml-auto" isBusy={isBusy} disabled={text.trim() === ''} onClick={send}>
          Send
        </Button>
      </div>
    </div>
  );
}
