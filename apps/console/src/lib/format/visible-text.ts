/** A piece of foreign text, by its place: as it is, or a control character to be named instead of obeyed. */
export interface TextPiece {
  at: number;
  text: string;
  isControl: boolean;
}

// Bidirectional controls, zero-width characters, separators and C0/C1 controls but tab and newline: they hide or reorder what a person reads.
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming control characters is the purpose
  /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Cuts text from agents into plain pieces and named control characters (`U+202E`). */
export function toVisiblePieces(foreign: string): TextPiece[] {
  const text = foreign.replaceAll('\r\n', '\n');
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > at) pieces.push({ at, text: text.slice(at, match.index), isControl: false });
    pieces.push({ at: match.index, text: codePointName(match[0]), isControl: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ at, text: text.slice(at), isControl: false });
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
