// The watch page: a model that learns to think, while it does.
import { ViewSwitch } from "../shared/view_switch";

export default function WatchView() {
  return (
    <main class="watch-empty">
      <ViewSwitch />
      <h1>Watch</h1>
    </main>
  );
}
