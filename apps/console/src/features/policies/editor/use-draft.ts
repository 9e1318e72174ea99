import { useState } from 'react';
import { keepPreference, readPreference } from '#console/lib/browser/storage.ts';

/** A text in the making, and the saved version that it began with. */
interface Draft {
  base: number;
  text: string;
}

const nameOf = (key: string) => `policy-draft.${key}`;

function readDraft(key: string): Draft | undefined {
  const kept = readPreference(nameOf(key));
  if (!kept) return undefined;
  const [base = '', ...lines] = kept.split('\n');
  return { base: Number(base), text: lines.join('\n') };
}

/** The text being written, kept in this browser until it is saved: it survives a reload. */
export function useDraft(key: string, saved: { version: number; source: string }) {
  const [draft, setDraft] = useState(() => readDraft(key));
  const keep = (next: Draft | undefined) => {
    setDraft(next);
    keepPreference(nameOf(key), next ? `${next.base}\n${next.text}` : '');
  };
  return {
    text: draft?.text ?? saved.source,
    setText: (text: string) => keep(text === saved.source ? undefined : { base: draft?.base ?? saved.version, text }),
    isChanged: draft !== undefined,
    /** Another version was saved after this text was begun. */
    isBehind: draft !== undefined && draft.base !== saved.version,
    drop: () => keep(undefined),
  };
}
