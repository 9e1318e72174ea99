interface RowCheckProps {
  index: number;
  isChecked: boolean;
  isDisabled?: boolean;
  /** With Shift all rows from the last one that was touched. */
  onToggle: (isRange: boolean) => void;
}

/** Chooses a row of a list. */
export function RowCheck({ index, isChecked, isDisabled = false, onToggle }: RowCheckProps) {
  return (
    <label className="flex items-center justify-center pointer-coarse:-m-3.5 pointer-coarse:p-3.5">
      <span className="sr-only">Choose row {index + 1}</span>
      <input
        type="checkbox"
        className="size-4"
        checked={isChecked}
        disabled={isDisabled}
        onChange={({ nativeEvent }) => onToggle(nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
      />
    </label>
  );
}
