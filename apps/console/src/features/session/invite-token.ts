/** The secret of an invitation in what was pasted: its link, or the code alone; undefined for anything else. */
export function toInviteToken(text: string): string | undefined {
  const pasted = text.trim();
  if (URL.canParse(pasted)) return new URL(pasted).searchParams.get('token') || undefined;
  return /^[\w.~-]+$/.test(pasted) ? pasted : undefined;
}
