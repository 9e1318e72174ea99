/** A file of a pack, by its path from the pack's root with `/`. Its content is read before the next file comes, or not. */
export interface PackFile {
  path: string;
  content: AsyncIterable<Buffer>;
}
