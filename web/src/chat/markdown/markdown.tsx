import { useEffect, useRef } from "preact/hooks";

import { listenToCode } from "./code";
import { GrowingDocument } from "./document";

interface Props {
  text: string;
  complete: boolean;
  class?: string;
  onDraw?: () => void;
}

export function Markdown({ text, complete, class: className, onDraw }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const shown = useRef<GrowingDocument>();
  const draw = useRef(onDraw);
  draw.current = onDraw;
  useEffect(() => {
    shown.current = new GrowingDocument(root.current!, () => draw.current?.());
    const stop = listenToCode(root.current!);
    return () => {
      shown.current?.dispose();
      stop();
    };
  }, []);
  useEffect(() => shown.current!.set(text, complete), [text, complete]);
  return <div ref={root} class={className ? `markdown ${className}` : "markdown"} />;
}
