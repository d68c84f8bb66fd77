/** Joins the pages of a memory into the one document a person saves. */
export function joinMemory(pages: readonly string[], format: "text" | "json"): string {
  if (format === "text" || pages.length < 2) return pages.join("");
  const read = pages.map((page) => JSON.parse(page) as { readonly who: string; readonly items: readonly unknown[] });
  return JSON.stringify({ who: read[0]?.who, items: read.flatMap(({ items }) => items), nextAfter: null });
}
