/** The mark of the product. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="8" fill="#5b5bd6" />
      <circle
        cx="16"
        cy="16"
        r="8.5"
        fill="none"
        stroke="#fff"
        strokeWidth="2.5"
        strokeDasharray="40 14"
        strokeLinecap="round"
        transform="rotate(-60 16 16)"
      />
      <circle cx="16" cy="16" r="3.25" fill="#fff" />
    </svg>
  );
}
