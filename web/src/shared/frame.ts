// Calls `work` in the next frame, unless the function that it returns is called before. Hidden pages get no frames: there it comes after a
// quarter of a second.
export function atNextFrame(work: () => void): () => void {
  if (document.visibilityState === "hidden") {
    const timer = setTimeout(work, 250);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(work);
  return () => cancelAnimationFrame(frame);
}
