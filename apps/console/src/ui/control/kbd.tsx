/** A key as printed on the keyboard. */
export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border border-line-strong bg-sunken px-1 font-sans text-xs text-fg-2">
      {children}
    </kbd>
  );
}
