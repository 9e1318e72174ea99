/** A piece of foreign text: as it is, or a control character to be named instead of obeyed. */
export interface TextPiece {
  text: string;
  isControl: boolean;
}

// Bidirectional controls, zero-width characters, separators and C0/C1 controls but tab and newline: they hide or reorder what a person reads.
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming control characters is the purpose
  /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Cuts text from agents into plain pieces and named control characters (`U+202E`). */
export function toVisiblePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.replaceAll('\r\n', '\n').matchAll(HIDDEN)) {
    const source = match.input;
    if (match.index > end) pieces.push({ text: source.slice(end, match.index), isControl: false });
    pieces.push({ text: codePointName(match[0]), isControl: true });
    end = match.index + match[0].length;
  }
  const rest = text.replaceAll('\r\n', '\n').slice(end);
  if (rest !== '' || pieces.length === 0) pieces.push({ text: rest, isControl: false });
  return pieces;
}

/** The same as one string, for titles and labels that cannot hold markup. */
export const toVisibleText = (text: string) =>
  toVisiblePieces(text)
    .map((piece) => (piece.isControl ? `[${piece.text}]` : piece.text))
    .join('');

function codePointName(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
