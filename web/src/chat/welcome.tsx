import { server } from "./server";

const EXAMPLES = [
  "Zoe has 17 cakes. She buys 5 more cakes. Zoe gives Tom 8 cakes. How many cakes does Zoe have now?",
  "Compute 7*8-6.",
  "Compute 45-6*7+20-9.",
];

export function Welcome({ onPick }: { onPick: (text: string) => void }) {
  return (
    <main class="welcome" aria-label="New chat">
      <div class="welcome-mark" aria-hidden="true">
        r1
      </div>
      <h2>Ask something that takes thought</h2>
      <p class="muted">
        {server.value ? `${server.value.model} thinks before it answers. You can read along, cut it short, or change its mind.` : "\u00a0"}
      </p>
      <ul class="examples" aria-label="Examples">
        {EXAMPLES.map((text) => (
          <li key={text}>
            <button type="button" onClick={() => onPick(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}
