/** A small preference of this browser; private windows may refuse to keep it, which costs nothing but the memory. */
export function readPreference(key: string): string | null {
  try {
    return localStorage.getItem(`mc.${key}`);
  } catch {
    return null;
  }
}

export function keepPreference(key: string, value: string): void {
  try {
    localStorage.setItem(`mc.${key}`, value);
  } catch {
    // storage is blocked: the choice holds until the page is left
  }
}
