// The messages of the path that is shown. It follows its end while the reader is there, and lets go when he scrolls up.
import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../shared/icons";
import { Answer } from "./answer";
import { following } from "./following";
import { current, path, tree } from "./history";
import { families } from "./model";
import { Question } from "./question";
import { runs } from "./runs";

const NEAR_END = 48; // pixels

export function Transcript() {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const id = current.value?.id;
  const messages = path.value;
  const lastQuestion = messages.findLast((m) => m.role === "user")?.id;

  useEffect(() => {
    const box = scroller.current!;
    let top = box.scrollTop;
    const toEnd = () => {
      if (!following.peek()) return;
      box.scrollTop = box.scrollHeight;
      top = box.scrollTop;
    };
    const onScroll = () => {
      if (box.scrollTop === top) return; // our own step to the end, told a frame later: the reader may have let go since
      const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
      if (atEnd) following.value = true;
      else if (box.scrollTop < top - 1) following.value = false; // the reader's, not the text's doing
      top = box.scrollTop;
    };
    // At once while an answer grows. When a long conversation is drawn, in the next frame: a second layout in each would hold up the page.
    const sized = new ResizeObserver(() => (runs.peek().size > 0 ? toEnd() : requestAnimationFrame(toEnd)));
    sized.observe(content.current!);
    sized.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      sized.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, []);

  const jump = () => {
    following.value = true;
    scroller.current!.scrollTop = scroller.current!.scrollHeight;
  };
  useEffect(jump, [id, lastQuestion]);

  const byParent = families(tree.value);
  return (
    <main class="transcript" ref={scroller} tabIndex={-1}>
      <div ref={content} class="transcript-content" role="log" aria-live="off" aria-label="Conversation">
        {messages.map((message) => {
          const among = byParent.get(message.parent)!;
          return message.role === "user" ? (
            <Question key={message.id} message={message} among={among} />
          ) : (
            <Answer key={message.id} message={message} among={among} run={runs.value.get(message.id)} />
          );
        })}
      </div>
      {!following.value && (
        <div class="jump">
          <button type="button" class="button" aria-label="Jump to latest" onClick={jump}>
            <Icon name="arrowDown" /> <span>Jump to latest</span>
          </button>
        </div>
      )}
    </main>
  );
}
