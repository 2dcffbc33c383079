import { quiet, urgent } from "./status";

export function StatusLines() {
  return (
    <>
      <div class="hidden-text" role="status" aria-live="polite" data-testid="status">
        {quiet.value}
      </div>
      <div class="hidden-text" role="alert" aria-live="assertive" data-testid="alert">
        {urgent.value}
      </div>
    </>
  );
}
