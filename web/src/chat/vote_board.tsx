// k chains on their way to a vote: how far each is, and what the votes say.
import type { Standing } from "./model";

export function VoteBoard({ standing, live }: { standing: Standing; live: boolean }) {
  const most = Math.max(1, ...standing.tokens);
  const answerOf = (chain: number) => standing.votes.findIndex((v) => v.chains.includes(chain));
  const running = standing.k - standing.finished - standing.cancelled;
  const total = standing.tokens.reduce((a, b) => a + b, 0);
  return (
    <section class="vote" role="group" aria-label="Vote">
      <header class="vote-head">
        <strong>{live ? `${standing.k} chains, ${running} still thinking` : verdict(standing)}</strong>
        <span class="muted number">
          {total.toLocaleString("en-US")} tokens
          {standing.tokens_saved > 0 && `, about ${standing.tokens_saved.toLocaleString("en-US")} saved`}
        </span>
      </header>
      <ol class="lanes">
        {standing.tokens.map((tokens, chain) => {
          const vote = answerOf(chain);
          const group = vote < 0 ? "open" : vote === 0 ? "leading" : "other";
          const label = vote >= 0 ? standing.votes[vote]!.answer : live ? "" : standing.no_answer === 0 ? "not needed" : "no vote";
          return (
            <li key={chain} class={`lane ${group}`}>
              <span class="lane-name number">{chain + 1}</span>
              <span class="lane-track">
                <span class="lane-bar" style={{ width: `${Math.max(2, (100 * tokens) / most)}%` }} />
              </span>
              <span class="lane-label" dir="auto" title={label}>
                {label || <span class="muted number">{tokens}</span>}
              </span>
            </li>
          );
        })}
      </ol>
      {standing.votes.length > 0 && (
        <ul class="ballots" aria-label="Votes">
          {standing.votes.map((v, i) => (
            <li key={v.answer} class={i === 0 ? "ballot leading" : "ballot"}>
              <span dir="auto">{v.answer}</span>
              <span class="number">
                {v.count} of {standing.k}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function verdict(standing: Standing): string {
  const first = standing.votes[0];
  if (!first) return `None of ${standing.k} chains found an answer`;
  return first.count === standing.k ? `All ${standing.k} chains agree` : `${first.count} of ${standing.k} chains agree`;
}
