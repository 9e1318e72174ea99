import { toVisiblePieces } from '#console/lib/format/visible-text.ts';

/** Text that an agent wrote: shown as text only, with hidden and reordering characters named. */
export function ForeignText({ text }: { text: string }) {
  return (
    <bdi>
      {toVisiblePieces(text).map(({ at, text: piece, isControl }) =>
        isControl ? (
          <span
            key={at}
            title="A hidden character, shown by its name"
            className="mx-px rounded-sm bg-warn-soft px-1 font-mono text-xs text-warn"
          >
            {piece}
          </span>
        ) : (
          piece
        ),
      )}
    </bdi>
  );
}
