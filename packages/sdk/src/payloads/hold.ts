/** Blob lines of a run that is not sampled, kept until it is known whether the run matters. */
export interface HeldBlobs {
  bytes: number;
  blobs: Map<string, string>;
}

const PER_RUN = 256 * 1024;
const PER_PROCESS = 8 * 1024 * 1024;
let heldBytes = 0;

/** Keeps a blob line of a run. False when the run's or the process's room is used up. */
export function hold(held: HeldBlobs, hash: string, line: string): boolean {
  if (held.blobs.has(hash)) return true;
  if (held.bytes + line.length > PER_RUN || heldBytes + line.length > PER_PROCESS) return false;
  held.blobs.set(hash, line);
  held.bytes += line.length;
  heldBytes += line.length;
  return true;
}

/** Gives up what was held and answers it. */
export function takeHeld(held: HeldBlobs): string[] {
  const lines = [...held.blobs.values()];
  heldBytes -= held.bytes;
  held.bytes = 0;
  held.blobs.clear();
  return lines;
}
