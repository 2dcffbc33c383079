import { ViewSwitch } from "../shared/view_switch";

export default function ChatView() {
  return (
    <main>
      <ViewSwitch />
    </main>
  );
}
