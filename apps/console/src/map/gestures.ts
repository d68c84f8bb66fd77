import type { Point } from "./camera.ts";

export interface GestureEvents {
  tap(at: Point): void;
  /** Null when the pointer leaves, or is a finger: fingers do not hover. */
  hover(at: Point | null): void;
  pan(dx: number, dy: number): void;
  zoom(at: Point, factor: number): void;
}

/** A pointer that moved less than this was a tap, in CSS pixels. */
const tapPixelsMax = 6;

/** Turns pointers and the wheel into taps, pans and zooms. Returns how to stop. */
export function watchGestures(element: HTMLElement, events: GestureEvents): () => void {
  const pointers = new Map<number, Point>();
  let moved = 0;
  const place = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const spread = (): { middle: Point; distance: number } => {
    const [a, b] = [...pointers.values()] as [Point, Point];
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, distance: Math.hypot(a.x - b.x, a.y - b.y) };
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    if (pointers.size === 0) moved = 0;
    pointers.set(event.pointerId, place(event));
  };
  const move = (event: PointerEvent): void => {
    const at = place(event);
    const last = pointers.get(event.pointerId);
    if (last === undefined) return events.hover(event.pointerType === "touch" ? null : at);
    const before = pointers.size === 2 ? spread() : null;
    pointers.set(event.pointerId, at);
    moved += Math.hypot(at.x - last.x, at.y - last.y);
    if (before !== null) {
      const after = spread();
      moved = Number.POSITIVE_INFINITY;
      events.pan(after.middle.x - before.middle.x, after.middle.y - before.middle.y);
      if (before.distance > 0) events.zoom(after.middle, after.distance / before.distance);
    } else if (moved > tapPixelsMax) events.pan(at.x - last.x, at.y - last.y);
  };
  const up = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === "pointerup" && moved <= tapPixelsMax && pointers.size === 0) events.tap(place(event));
  };
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 24 : 1;
    events.zoom(place(event), Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) * 0.0022));
  };
  const leave = (): void => events.hover(null);
  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener("pointerdown", down, { signal });
  element.addEventListener("pointermove", move, { signal });
  element.addEventListener("pointerup", up, { signal });
  element.addEventListener("pointercancel", up, { signal });
  element.addEventListener("pointerleave", leave, { signal });
  element.addEventListener("wheel", wheel, { signal, passive: false });
  return () => stop.abort();
}
