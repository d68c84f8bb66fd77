import type { View } from "./view.ts";

/** One finger or the mouse moves the map; two fingers or the wheel bring it nearer. */
export function followPointers(canvas: HTMLCanvasElement, view: View, changed: () => void, moved: () => void): void {
  const held = new Map<number, { x: number; y: number }>();
  const span = (): number => {
    const [a, b] = [...held.values()] as [{ x: number; y: number }, { x: number; y: number }];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  });
  canvas.addEventListener("pointermove", (event) => {
    const one = held.get(event.pointerId);
    if (one === undefined) return;
    const [dx, dy] = [event.offsetX - one.x, event.offsetY - one.y];
    const before = held.size === 2 ? span() : 0;
    [one.x, one.y] = [event.offsetX, event.offsetY];
    if (held.size === 2 && before > 0) view.zoomBy(span() / before, one.x, one.y);
    else {
      view.panBy(dx, dy);
      moved();
    }
    changed();
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    canvas.addEventListener(end, (event) => void held.delete(event.pointerId));
  }
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      view.zoomBy(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
      changed();
    },
    { passive: false },
  );
}
